using Hspi.Answers;
using Hspi.Readers.Lattice;

namespace Hspi.Evaluation.Simulation;

/// <summary>
/// Names heads as well as can be: knows how <see cref="NormalLogits"/> draws, and that answers are plain, divided by a temperature or offset
/// in equal parts, and sums over all that an answer does not show. What it cannot name, no reader can.
/// </summary>
/// <remarks>
/// For measurements only: slow, and right about no other logits. Sums instead of integrals, in cells of 0.4 logits. Approximations: each
/// of the highest eight is preferred by itself with the mean share, and the unlisted rest is lognormal with the moments of its sum.
/// A temperature under which no lattice fits is left out for fp32 too.
/// </remarks>
internal sealed class NormalCeiling
{
    private static readonly double[] Spreads = [1.7, 2.1, 2.5, 2.9, 3.3, 3.7, 4.1, 4.5];
    private static readonly double[] AnswerSpreads = [2.2, 2.6, 3.0, 3.4, 3.8];

    private readonly RequestLattice _request = new();

    /// <summary>The head of one answer.</summary>
    public HeadLikelihoods Judge(IReadOnlyList<Step> steps, int alternatives)
    {
        _request.Judge(steps);
        var heads = new[] { double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity };
        foreach (var temperature in ReaderSweep.Temperatures[1..])
        {
            var positions = _request.Rows.ToArray().Select(row => new CeilingPlaces(row, temperature)).ToList();
            if (positions.Exists(places => !places.Fits))
            {
                continue;
            }

            var evidence = positions.Select(places => Position(places, alternatives)).ToList();
            foreach (var one in evidence[0].Select((row, index) => (row.LogShare, Index: index)))
            {
                for (var head = 0; head < 3; head++)
                {
                    heads[head] = LogSum.Of(heads[head], one.LogShare + evidence.Sum(position => position[one.Index].Heads[head]));
                }
            }
        }

        return double.IsNegativeInfinity(heads.Max()) ? new HeadLikelihoods(-1000, -1000, 0) : new HeadLikelihoods(heads[0], heads[1], heads[2]);
    }

    /// <summary>One position under every vocabulary, spread and mean of its answer.</summary>
    private static List<(double LogShare, double[] Heads)> Position(CeilingPlaces places, int alternatives)
    {
        var found = new List<(double, double[])>();
        foreach (var vocabulary in ReaderSweep.Vocabularies)
        {
            double[][] bySpread = [.. Spreads.Select(spread => new CeilingDensity(places, alternatives, vocabulary, spread).Smoothed())];
            foreach (var answerSpread in AnswerSpreads)
            {
                // A position's spread is even between 0.8 and 1.2 times its answer's.
                var near = Enumerable.Range(0, Spreads.Length).Where(i => Spreads[i] >= 0.8 * answerSpread - 0.01 && Spreads[i] <= 1.2 * answerSpread + 0.01).ToList();
                double[] density = [.. Enumerable.Range(0, CeilingDensity.Cells).Select(cell => near.Average(i => bySpread[i][cell]))];
                foreach (var (mean, share) in Means(places.Temperature))
                {
                    found.Add((Math.Log(share), places.Heads(density, mean)));
                }
            }
        }

        return found;
    }

    /// <summary>Where the mean of an answer lies, with its share: one temperature in seven that is applied is 1.</summary>
    private static IEnumerable<(double Mean, double Share)> Means(double temperature)
    {
        const double Near = 0.5;
        for (var mean = -3.0; mean < 3.1; mean += Near)
        {
            yield return (mean, (temperature == 1 ? 8.0 / 7 : 1.0 / 7) * Near * Math.Exp(-mean * mean / 2) / Math.Sqrt(2 * Math.PI));
        }

        for (var mean = 5.25; temperature == 1 && mean < 15; mean += 0.5)
        {
            yield return (mean, 0.75 / 20);
            yield return (-mean, 0.25 / 20);
        }
    }
}
