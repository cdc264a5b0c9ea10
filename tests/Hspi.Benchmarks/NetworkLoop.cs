using System.Diagnostics;
using System.Globalization;
using Hspi.Backends;
using Hspi.Networks.Building;

namespace Hspi.Benchmarks;

/// <summary>One network on one emulated unit, over and over, with nothing beside it: what a sampling profiler looks at.</summary>
/// <remarks><code>
/// DOTNET_PerfMapEnabled=1 perf record -e cpu-clock -F 999 Hspi.Benchmarks profile "h100 bf16" small prompt 1 10
/// perf report --no-children
/// </code></remarks>
internal static class NetworkLoop
{
    private const int PromptTokens = 128;
    private const int NewTokens = 64;

    /// <summary>Runs.</summary>
    /// <param name="args">Unit, <c>small</c> or <c>large</c>, <c>prompt</c> or <c>steps</c>, threads, seconds.</param>
    public static void Run(ReadOnlySpan<string> args)
    {
        var size = args[1] == "small" ? DecoderSize.Small : DecoderSize.HundredMillion;
        var prompts = args[2] == "prompt";
        using var session = NetworkSpeed.Open(args[0], DecoderGraph.Build(size, seed: 1), int.Parse(args[3], CultureInfo.InvariantCulture));
        var loaded = Environment.CpuUsage.TotalTime;
        var end = Stopwatch.StartNew();
        var seconds = double.Parse(args[4], CultureInfo.InvariantCulture);
        var tokens = 0;
        while (end.Elapsed.TotalSeconds < seconds)
        {
            var text = new DecoderSession(session, size);
            text.Read([.. Enumerable.Range(0, PromptTokens).Select(i => i * 31 % size.Vocabulary)]);
            tokens += prompts ? PromptTokens : 0;
            for (var step = 0; !prompts && step < NewTokens; step++, tokens++)
            {
                text.Read([step]);
            }

        }

        var processor = (Environment.CpuUsage.TotalTime - loaded).TotalSeconds;
        Console.WriteLine($"{tokens / end.Elapsed.TotalSeconds:F1} tokens/s, {tokens / processor:F1} per second of processor time, {GC.GetTotalAllocatedBytes() / tokens} bytes allocated per token, {GC.CollectionCount(0)} collections");
    }
}
