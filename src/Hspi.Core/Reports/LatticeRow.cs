using System.Globalization;
using Hspi.Answers;

namespace Hspi.Reports;

/// <summary>The gaps between the scores of one position, measured in steps of a lattice: what the picture draws.</summary>
/// <param name="Token">The chosen token.</param>
/// <param name="Exponent">The step is 2^Exponent: the coarsest that all gaps fit; <see cref="Default"/> where none fits.</param>
/// <param name="Fits">Whether every gap is a whole number of steps, within what the float32 of a logprob can hold.</param>
/// <param name="Rests">Each gap modulo the step, in steps, −0.5 to 0.5.</param>
internal sealed record LatticeRow(string Token, int Exponent, bool Fits, IReadOnlyList<double> Rests)
{
    /// <summary>The step that is drawn where none fits: that of bf16 for logits from 8 to 16.</summary>
    public const int Default = -4;

    /// <summary>Steps finer than this fit anything that is printed as float32.</summary>
    private const int Finest = -10;

    private const int Coarsest = 0;
    private const int FewestGaps = 4;

    /// <summary>Two roundings of a log-softmax to float32 near −20 leave errors up to 2^−18.</summary>
    private const double Slack = 4e-6;

    /// <summary>The positions of <paramref name="answers"/> that show enough alternatives, in order.</summary>
    public static IReadOnlyList<LatticeRow> Read(IEnumerable<ReadAnswer> answers) =>
        [.. answers.SelectMany(answer => answer.Answer.Steps).Select(Of).OfType<LatticeRow>()];

    private static LatticeRow? Of(Step step)
    {
        var values = step.Alternatives
            .Select(alternative => double.TryParse(alternative.LogprobText, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN)
            .Where(value => value is > -100 and <= 0)
            .Distinct()
            .OrderDescending()
            .ToList();
        var gaps = values.Skip(1).Select(value => values[0] - value).ToList();
        if (gaps.Count < FewestGaps)
        {
            return null;
        }

        for (var exponent = Coarsest; exponent >= Finest; exponent--)
        {
            var width = Math.ScaleB(1, exponent);
            if (gaps.All(gap => Math.Abs(Math.IEEERemainder(gap, width)) <= Slack))
            {
                return new LatticeRow(step.Token, exponent, true, Remainders(gaps, exponent));
            }
        }

        return new LatticeRow(step.Token, Default, false, Remainders(gaps, Default));
    }

    private static List<double> Remainders(List<double> gaps, int exponent)
    {
        var step = Math.ScaleB(1, exponent);
        return [.. gaps.Select(gap => Math.IEEERemainder(gap, step) / step)];
    }
}
