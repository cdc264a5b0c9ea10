using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hspi.Readers.Lattice;

/// <summary>A scale at which a position's gaps fall on a lattice.</summary>
/// <param name="Scale">s₀: nats per logit but for a power of two, 1 ≤ s₀ &lt; 2.</param>
/// <param name="Error">Its relative uncertainty.</param>
/// <param name="Score">Log-evidence of the fit that found it, for ranking only.</param>
internal readonly record struct ScaleCandidate(double Scale, double Error, double Score)
{
    /// <summary>Logarithm of the prior probability of meeting it: uniform over ln s within an octave.</summary>
    public double LogPrior { get; init; } = Math.Log(2 * Error / Math.Log(2));
}

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

    // Nor need it be finer than that of an fp16 logit near ½ at temperature 2.
    private const double FinestStep = 2.4e-4;
    private const int MostTrials = 200_000;
    private const double Reach = 3;

    private readonly double[] _shares = new double[LatticeRow.Capacity + 4];
    private readonly double[] _tolerances = new double[LatticeRow.Capacity + 4];
    private int _blocks;

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
        Prepare(row, widest, widestHalf);
        var trials = (int)Math.Min(MostTrials, widest / Math.Max(FinestStep, LeastStep * widestHalf));
        var mostMisses = row.DistinctGaps >= 9 ? row.DistinctGaps / 7 : 0;
        var firstFit = int.MaxValue;
        for (var n = 1; n <= trials && n <= 8L * firstFit; n++)
        {
            if (!Fits(n, mostMisses))
            {
                continue;
            }

            var step = widest / n;
            var score = Refine(row, ref step, out var error);
            if (score > 0)
            {
                Keep(step, error, score);
                firstFit = score > 25 ? Math.Min(firstFit, n) : firstFit;
            }
        }

        return _found;
    }

    /// <summary>Each gap as a share of the widest, with the tolerance of its multiple per trial number; in blocks of four.</summary>
    private void Prepare(LatticeRow row, double widest, double widestHalf)
    {
        _blocks = (row.Count + 1) / 4;
        Array.Clear(_shares);
        Array.Clear(_tolerances);
        for (var i = 1; i < row.Count - 1; i++)
        {
            _shares[i - 1] = row.Gaps[i] / widest;
            _tolerances[i - 1] = Reach * (row.StretchedHalf(i) + (widestHalf * row.Gaps[i] / widest)) / widest;
        }
    }

    private bool Fits(int n, int mostMisses)
    {
        var number = Vector256.Create((double)n);
        var misses = 0;
        for (var block = 0; block < _blocks; block++)
        {
            var multiple = Vector256.LoadUnsafe(ref _shares[4 * block]) * number;
            var distance = Vector256.Abs(multiple - Vector256.Round(multiple));
            var missed = Vector256.GreaterThan(distance, Vector256.LoadUnsafe(ref _tolerances[4 * block]) * number);
            misses += BitOperations.PopCount(missed.ExtractMostSignificantBits());
            if (misses > mostMisses)
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
            if (Math.Abs(gaps[i] - (multiple * step)) <= Reach * (half + (share * gaps[i])))
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
