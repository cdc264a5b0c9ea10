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
    private const double WarmSeconds = 2;
    private const double CountedSeconds = 3;

    /// <summary>Prints one table row per network, thread count and unit.</summary>
    /// <param name="args">A thread count, or nothing for one and two.</param>
    public static void Run(ReadOnlySpan<string> args)
    {
        Console.WriteLine($"Prompt of {PromptTokens} tokens, then {NewTokens} steps; the fastest within {CountedSeconds} s after {WarmSeconds} s of warming up. One thread: processor time; two: wall time. Ratio to ONNX Runtime fp32 with the same threads; the last column is that of the prompt and its steps together.");
        Console.WriteLine();
        Console.WriteLine("| network | threads | arithmetic | prompt tokens/s | ratio | steps/s | ratio | both |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var size in (DecoderSize[])[DecoderSize.Small, DecoderSize.HundredMillion])
        {
            var model = DecoderGraph.Build(size, seed: 1);
            foreach (var threads in (int[])(args.Length > 0 ? [int.Parse(args[0], CultureInfo.InvariantCulture)] : [1, 2]))
            {
                Compare(size, model, threads);
            }
        }
    }

    /// <summary>A network on an emulated unit, such as <c>h100 bf16</c>.</summary>
    public static GraphSession Open(string unit, OnnxModel model, int threads)
    {
        var words = unit.Split(' ');
        var device = EmulatedDevice.All.Single(device => device.Name == words[0]);
        return new GraphSession(model, EmulatedPrecision.Of(device, device.Precision(words[1]), "", "", threads));
    }

    private static void Compare(DecoderSize size, OnnxModel model, int threads)
    {
        var name = $"{model.Graph.Initializers.Values.Sum(weights => weights.Data.Length / 4L) / 1e6:F0} M parameters";
        var reference = Row(name, threads, "ONNX Runtime fp32", size, new OnnxSession(model, new OnnxSettings(Threads: threads)), null);
        foreach (var unit in (string[])["h100 bf16", "h100 fp16", "a100 bf16", "h100 fp8", "mi100 bf16", "mi250x bf16", "mi300x bf16"])
        {
            Row(name, threads, unit, size, Open(unit, model, threads), reference);
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
                Once(session, size, threads);
            }

            var counting = Stopwatch.StartNew();
            while (prompt.Count < 3 || counting.Elapsed.TotalSeconds < CountedSeconds)
            {
                var once = Once(session, size, threads);
                prompt.Add(once.Prompt);
                steps.Add(once.Steps);
            }

            var speed = (Prompt: prompt.Max(), Steps: steps.Max());
            var (promptRatio, stepRatio, bothRatio) = reference is { } one
                ? ($"{speed.Prompt / one.Prompt:F2}", $"{speed.Steps / one.Steps:F2}", $"{Together(one) / Together(speed):F2}")
                : ("", "", "");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {network} | {threads} | {arithmetic} | {speed.Prompt:F0} | {promptRatio} | {speed.Steps:F1} | {stepRatio} | {bothRatio} |"));
            return speed;
        }
    }

    // Seconds for a prompt and its steps.
    private static double Together((double Prompt, double Steps) speed) => (PromptTokens / speed.Prompt) + (NewTokens / speed.Steps);

    private static (double Prompt, double Steps) Once(INetworkSession session, DecoderSize size, int threads)
    {
        var text = new DecoderSession(session, size);
        var start = Seconds(threads);
        text.Read([.. Enumerable.Range(0, PromptTokens).Select(i => i * 31 % size.Vocabulary)]);
        var prompted = Seconds(threads);
        for (var step = 0; step < NewTokens; step++)
        {
            text.Read([step]);
        }

        return (PromptTokens / (prompted - start), NewTokens / (Seconds(threads) - prompted));
    }

    // One thread is measured in the processor's time, to which other programs on the machine add nothing.
    private static double Seconds(int threads) =>
        threads == 1 ? Environment.CpuUsage.TotalTime.TotalSeconds : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
}
