using System.Globalization;
using Hspi.Readers.LogUnit;

namespace Hspi.Cuda.Reports;

/// <summary>A card's logarithm of 1 + n·2^-23 beside the curve that a provider's logprobs lie on: is it the same unit?</summary>
/// <remarks>
/// The observed curve is the straight line of <see cref="LogUnitReader"/> for n below 1024, and exactly 0 at n = 0; above, it goes on in
/// pieces that each drop by some hundredths of a step, the first at n = 1024 to 1035.
/// </remarks>
internal static class LogCurve
{
    private const int FirstBreak = 1024;
    private const int BreakFound = 1035;
    private const double Grid = 1.0 / (1 << 23);
    private const double SmallestDrop = 0.01;

    /// <summary>Whether a function's answers are that curve.</summary>
    /// <param name="answers">Answers at n = 0..4096, as fp32 bits in hexadecimal.</param>
    /// <param name="how">One sentence.</param>
    public static bool IsObserved(IReadOnlyList<string> answers, out string how)
    {
        var values = answers.Select(bits => (double)BitConverter.UInt32BitsToSingle(uint.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))).ToList();
        var onLine = Enumerable.Range(1, FirstBreak - 1).Count(n => Math.Abs(Off(values[n], n)) <= LogUnitReader.CurveTolerance);
        var breaksAt = Enumerable.Range(FirstBreak, values.Count - FirstBreak).FirstOrDefault(n => Off(values[n], n) < -SmallestDrop);
        how = $"{onLine} of {FirstBreak - 1} values lie on the observed line, the value at n = 0 is {(values[0] == 0 ? "0" : "not 0")}, and the first drop is {(breaksAt == 0 ? "nowhere" : $"at n = {breaksAt}")}";
        return onLine == FirstBreak - 1 && values[0] == 0 && breaksAt is >= FirstBreak and <= BreakFound;
    }

    // In steps of 2^-23; negative below the line.
    private static double Off(double value, int n) => (value - LogUnitReader.CurveOffset - (n * LogUnitReader.CurveSlope)) / Grid;
}
