using System.Diagnostics;
using System.Globalization;
using Hspi.Backends;
using Hspi.Backends.Emulated;
using Hspi.Backends.Onnx;
using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Onnx;

namespace Hspi.Benchmarks;

/// <summary>Whole networks on emulated units beside ONNX Runtime in fp32, on the same cores: tokens per second, and the ratio.</summary>
/// <remarks>Not BenchmarkDotNet: a run takes seconds, and loading 100 million weights once per setting is most of it.</remarks>
internal static class NetworkSpeed
{
    private const int PromptTokens = 128;
    private const int NewTokens = 16;
    private const int Rounds = 15;
    private const double WarmSeconds = 4;

    /// <summary>Prints one table row per network, thread count and unit.</summary>
    public static void Run()
    {
        Console.WriteLine($"Prompt of {PromptTokens} tokens, then {NewTokens} steps; the fastest of {Rounds} after {WarmSeconds} s of warming up. Ratio to ONNX Runtime fp32 with the same threads.");
        Console.WriteLine();
        Console.WriteLine("| network | threads | arithmetic | prompt tokens/s | ratio | steps/s | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var size in (DecoderSize[])[DecoderSize.Small, DecoderSize.HundredMillion])
        {
            var model = DecoderGraph.Build(size, seed: 1);
            foreach (var threads in (int[])[1, 2])
            {
                Compare(size, model, threads);
            }
        }
    }

    private static void Compare(DecoderSize size, OnnxModel model, int threads)
    {
        var name = $"{model.Graph.Initializers.Values.Sum(weights => weights.Data.Length / 4L) / 1e6:F0} M parameters";
        var reference = Row(name, threads, "ONNX Runtime fp32", size, new OnnxSession(model, new OnnxSettings(Threads: threads)), null);
        foreach (var unit in (string[])["h100 bf16", "h100 fp16", "a100 bf16", "h100 fp8", "mi300x bf16"])
        {
            var words = unit.Split(' ');
            var precision = EmulatedPrecision.Of(EmulatedDevice.All.Single(device => device.Name == words[0]), words[1], "", "", threads);
            Row(name, threads, unit, size, new GraphSession(model, precision), reference);
        }
    }

    private static (double Prompt, double Steps) Row(
        string network, int threads, string arithmetic, DecoderSize size, INetworkSession session, (double Prompt, double Steps)? reference)
    {
        using (session)
        {
            List<double> prompt = [];
            List<double> steps = [];
            // The runtime compiles again what runs often; only what comes after that is counted.
            var warming = Stopwatch.StartNew();
            while (warming.Elapsed.TotalSeconds < WarmSeconds)
            {
                Once(session, size);
            }

            for (var round = 0; round < Rounds; round++)
            {
                var once = Once(session, size);
                prompt.Add(once.Prompt);
                steps.Add(once.Steps);
            }

            var speed = (Prompt: prompt.Max(), Steps: steps.Max());
            var (promptRatio, stepRatio) = reference is { } one ? ($"{speed.Prompt / one.Prompt:F2}", $"{speed.Steps / one.Steps:F2}") : ("", "");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {network} | {threads} | {arithmetic} | {speed.Prompt:F0} | {promptRatio} | {speed.Steps:F1} | {stepRatio} |"));
            return speed;
        }
    }

    private static (double Prompt, double Steps) Once(INetworkSession session, DecoderSize size)
    {
        var text = new DecoderSession(session, size.Layers, size.KeyHeads, size.HeadWidth);
        var watch = Stopwatch.StartNew();
        text.Read([.. Enumerable.Range(0, PromptTokens).Select(i => i * 31 % size.Vocabulary)]);
        var prompt = PromptTokens / watch.Elapsed.TotalSeconds;
        watch.Restart();
        for (var step = 0; step < NewTokens; step++)
        {
            text.Read([step]);
        }

        return (prompt, NewTokens / watch.Elapsed.TotalSeconds);
    }
}
