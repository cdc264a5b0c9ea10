namespace Hspi.Readers.Lattice;

/// <summary>A scale at which a position's gaps fall on a lattice.</summary>
/// <param name="Scale">s₀: nats per logit but for a power of two, 1 ≤ s₀ &lt; 2.</param>
/// <param name="Error">Its relative uncertainty.</param>
/// <param name="Score">Log-evidence of the fit that found it, for ranking only.</param>
internal readonly record struct ScaleCandidate(double Scale, double Error, double Score);

/// <summary>Finds the unknown scale of a stretched lattice: the gaps' approximate common divisor.</summary>
/// <remarks>
/// The widest gap G is n steps for some whole n. Trying every n, from a coarse step to the finest that the digits can show, needs
/// G / step trials instead of a scan over all reals, because G fixes the step to a relative h/G, and so every other multiple to h.
/// Source of the idea: simultaneous period finding; compare hidden temperatures and logit scales in the README of this folder.
/// </remarks>
internal sealed class ScaleSearch
{
    private const int MostCandidates = 6;

    // A step must exceed the error this many times, or chance fits abound.
    private const double LeastStep = 40;
    private const int MostTrials = 200_000;

    private readonly List<ScaleCandidate> _found = new(MostCandidates + 1);

    /// <summary>The best scales of one position, best first; empty if its gaps have no common step.</summary>
    public IReadOnlyList<ScaleCandidate> Find(LatticeRow row)
    {
        _found.Clear();
        if (row.DistinctGaps < 3)
        {
            return _found;
        }

        var last = row.Count - 1;
        var widest = row.Gaps[last];
        var widestHalf = row.StretchedHalf(last);
        var trials = (int)Math.Min(MostTrials, widest / (LeastStep * widestHalf));
        var mostMisses = row.DistinctGaps >= 9 ? row.DistinctGaps / 7 : 0;
        var firstFit = int.MaxValue;
        for (var n = 1; n <= trials && n <= 8L * firstFit; n++)
        {
            var step = widest / n;
            if (!Fits(row, step, widestHalf, mostMisses))
            {
                continue;
            }

            var score = Refine(row, ref step, out var error);
            if (score > 0)
            {
                Keep(step, error, score);
                firstFit = score > 25 ? Math.Min(firstFit, n) : firstFit;
            }
        }

        return _found;
    }

    private static bool Fits(LatticeRow row, double step, double widestHalf, int mostMisses)
    {
        var gaps = row.Gaps;
        var inverse = 1 / step;
        var share = widestHalf / gaps[^1];
        var misses = 0;
        for (var i = 1; i < gaps.Length - 1; i++)
        {
            var multiple = gaps[i] * inverse;
            var residual = Math.Abs(multiple - Math.Round(multiple)) * step;
            if (residual > 3 * (row.StretchedHalf(i) + (share * gaps[i])) && ++misses > mostMisses)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Least squares over the gaps that fit; returns the log-evidence of the fit, the prior of the scale included.</summary>
    private static double Refine(LatticeRow row, ref double step, out double error)
    {
        var gaps = row.Gaps;
        var (cross, square) = (0.0, 0.0);
        var share = row.StretchedHalf(gaps.Length - 1) / gaps[^1];
        for (var i = 1; i < gaps.Length; i++)
        {
            var multiple = Math.Round(gaps[i] / step);
            var half = row.StretchedHalf(i);
            if (Math.Abs(gaps[i] - (multiple * step)) <= 3 * (half + (share * gaps[i])))
            {
                var weight = 1 / (half * half);
                cross += weight * multiple * gaps[i];
                square += weight * multiple * multiple;
            }
        }

        step = cross / square;
        error = 1 / (step * Math.Sqrt(square));
        var score = Math.Log(error);
        for (var i = 1; i < gaps.Length; i++)
        {
            var residual = gaps[i] - (step * Math.Round(gaps[i] / step));
            score += Math.Max(Math.Log(step * ErrorKernel.Density(residual, row.StretchedHalf(i))), ErrorKernel.LogOutlier);
        }

        return score;
    }

    private void Keep(double step, double error, double score)
    {
        var scale = Math.ScaleB(step, -Math.ILogB(step));
        for (var i = 0; i < _found.Count; i++)
        {
            // The same scale, or its double, found by another n.
            if (Math.Abs(_found[i].Scale - scale) <= 4 * (_found[i].Error + error) * scale)
            {
                _found[i] = score > _found[i].Score ? new ScaleCandidate(scale, error, score) : _found[i];
                return;
            }
        }

        _found.Add(new ScaleCandidate(scale, error, score));
        _found.Sort(static (left, right) => right.Score.CompareTo(left.Score));
        if (_found.Count > MostCandidates)
        {
            _found.RemoveAt(MostCandidates);
        }
    }
}
