using System.Globalization;
using Hspi.Answers;
using Hspi.Dialects;

namespace Hspi.Core.Tests.Readers;

/// <summary>Answers of which the logprobs were rounded before they were printed, as proxies and some servers do.</summary>
internal static class PrintedGrids
{
    private static readonly Dictionary<string, Func<double, double>> Prints = new(StringComparer.Ordinal)
    {
        ["float16-values"] = value => (double)(Half)value,
        ["bfloat16-values"] = value => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits((float)value) + 0x8000) & 0xFFFF0000),
        ["multiples-of-2^-6"] = value => Math.Round(value * 64) / 64,
        ["multiples-of-2^-8"] = value => Math.Round(value * 256) / 256,
        ["multiples-of-0.001"] = value => Math.Round(value / 0.001) * 0.001,
        ["multiples-of-0.05"] = value => (float)(Math.Round(value / 0.05) * 0.05),
    };

    public static IEnumerable<string> Names => Prints.Keys;

    /// <summary>One answer, each number rounded by a print of that name.</summary>
    public static ParsedAnswer Rounded(IReadOnlyList<Step> steps, string print) => Answer([.. steps.Select(step => step with
    {
        LogprobText = step.LogprobText is { } text ? Text(text, print) : null,
        Alternatives = [.. step.Alternatives.Select(one => one with { LogprobText = Text(one.LogprobText, print) })],
    })]);

    public static ParsedAnswer Answer(IReadOnlyList<Step> steps) => new() { Dialect = "openai-chat", Text = "", Steps = steps };

    private static string Text(string text, string print) =>
        Prints[print](double.Parse(text, CultureInfo.InvariantCulture)).ToString("R", CultureInfo.InvariantCulture);
}
