using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Reductions;

/// <summary>A right operand made ready for one unit and one reduction: whole products in a stated order, at the kernels' speed.</summary>
/// <remarks>The same bits as <see cref="ReducedSum"/> gives output by output. Terms are packed in the order in which the plan uses
/// them, so that every range of a chain is one slice. Several threads may multiply with one matrix.</remarks>
public sealed class ReducedMatrix : IDisposable
{
    private readonly SummationPlan[] _plans;
    private readonly Dictionary<int, int> _slices = [];
    private readonly int[]? _order;
    private readonly PackedMatrix _packed;
    private readonly int _terms;

    /// <summary>Packs a matrix.</summary>
    /// <param name="unit">The unit; not one that computes in FP64 or needs block scales.</param>
    /// <param name="reduction">The order.</param>
    /// <param name="terms">k, at least 1.</param>
    /// <param name="columns">n, at least 1.</param>
    /// <param name="b">[terms, columns] row-major, numbers of the unit's right format carried in floats.</param>
    /// <exception cref="ArgumentException">The unit computes in FP64, or a length does not fit.</exception>
    public ReducedMatrix(MatrixUnit unit, Reduction reduction, int terms, int columns, ReadOnlySpan<float> b)
    {
        if (unit.D == KnownFormats.Fp64)
        {
            throw new ArgumentException("A product in floats cannot carry FP64; use ReducedSum.", nameof(unit));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(terms, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, checked(terms * columns), nameof(b));
        _terms = terms;
        _plans = [.. Enumerable.Range(0, reduction.Chunks).Select(chunk => reduction.Plan(new TermRange(0, terms), chunk))];
        var order = new List<int>();
        var slices = new List<TermSlice>();
        foreach (var range in Ranges(_plans[0]))
        {
            _slices.Add(range.First, slices.Count);
            slices.Add(new TermSlice(order.Count, range.Count + range.Padding));
            order.AddRange(Enumerable.Range(0, range.Count).Select(i => range[i]));
            order.AddRange(Enumerable.Repeat(-1, range.Padding));
        }

        if (!order.SequenceEqual(Enumerable.Range(0, terms)))
        {
            _order = [.. order];
            b = Rearranged(b, columns, _order);
        }

        _packed = PackedMatrix.Pack(unit, order.Count, columns, b, slices);
    }

    /// <summary>d = a · b.</summary>
    /// <param name="rows">m.</param>
    /// <param name="a">[m, k] row-major, numbers of the unit's left format.</param>
    /// <param name="d">[m, n] row-major.</param>
    /// <param name="degreeOfParallelism">Threads at most; no bit depends on it.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an operand is no number of its format.</exception>
    public void Multiply(int rows, ReadOnlySpan<float> a, Span<float> d, int degreeOfParallelism = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Length, checked(rows * _terms), nameof(a));
        ArgumentOutOfRangeException.ThrowIfNotEqual(d.Length, checked(rows * _packed.Columns), nameof(d));
        if (_order is not null)
        {
            a = RearrangedColumns(a, rows, _terms, _order);
        }

        if (_plans.Length == 1)
        {
            Evaluate(_plans[0], rows, a, d, null, degreeOfParallelism);
            return;
        }

        // A ring joins the same chains in another order for each chunk of the output.
        var chains = new Dictionary<int, float[]>();
        var whole = new float[d.Length];
        var share = (d.Length + _plans.Length - 1) / _plans.Length;
        for (var chunk = 0; chunk < _plans.Length && chunk * share < d.Length; chunk++)
        {
            Evaluate(_plans[chunk], rows, a, whole, chains, degreeOfParallelism);
            var length = Math.Min(share, d.Length - (chunk * share));
            whole.AsSpan(chunk * share, length).CopyTo(d[(chunk * share)..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _packed.Dispose();

    private void Evaluate(SummationPlan plan, int rows, ReadOnlySpan<float> a, Span<float> d, Dictionary<int, float[]>? chains, int threads)
    {
        switch (plan)
        {
            case SummationPlan.Chain chain when chains is not null && chains.TryGetValue(chain.Ranges[0].First, out var known):
                known.CopyTo(d);
                break;
            case SummationPlan.Chain chain:
                for (var range = 0; range < chain.Ranges.Count; range++)
                {
                    MatrixProduct.MultiplySlice(rows, a, _packed, _slices[chain.Ranges[range].First], range == 0 ? [] : d, d, threads);
                }

                chains?.Add(chain.Ranges[0].First, d.ToArray());
                break;
            case SummationPlan.Sum sum:
                Evaluate(sum.Parts[0], rows, a, d, chains, threads);
                FloatRounding.Apply(sum.Partial, d);
                FloatRounding.Apply(sum.Running, d);
                var partial = new float[d.Length];
                foreach (var part in sum.Parts.Skip(1))
                {
                    Evaluate(part, rows, a, partial, chains, threads);
                    FloatRounding.Apply(sum.Partial, partial);
                    for (var i = 0; i < partial.Length; i++)
                    {
                        d[i] += partial[i];
                    }

                    FloatRounding.Apply(sum.Running, d);
                }

                break;
            default:
                throw new NotSupportedException($"No case for {plan.GetType().Name}.");
        }
    }

    private static IEnumerable<TermRange> Ranges(SummationPlan plan) => plan switch
    {
        SummationPlan.Chain chain => chain.Ranges,
        SummationPlan.Sum sum => sum.Parts.SelectMany(Ranges),
        _ => throw new NotSupportedException($"No case for {plan.GetType().Name}."),
    };

    private static float[] Rearranged(ReadOnlySpan<float> b, int columns, int[] order)
    {
        var rearranged = new float[order.Length * columns];
        for (var k = 0; k < order.Length; k++)
        {
            if (order[k] >= 0)
            {
                b.Slice(order[k] * columns, columns).CopyTo(rearranged.AsSpan(k * columns));
            }
        }

        return rearranged;
    }

    private static float[] RearrangedColumns(ReadOnlySpan<float> a, int rows, int terms, int[] order)
    {
        var rearranged = new float[rows * order.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var k = 0; k < order.Length; k++)
            {
                rearranged[(row * order.Length) + k] = order[k] < 0 ? 0 : a[(row * terms) + order[k]];
            }
        }

        return rearranged;
    }
}
