using System.Runtime.Intrinsics;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Reductions;

/// <summary>A right operand made ready for one unit and one reduction: whole products in a stated order, at the kernels' speed.</summary>
/// <remarks>The same bits as <see cref="ReducedSum"/> gives output by output. Terms are packed in the order in which the schedule uses
/// them, so that every range of a chain is one slice. Sums of an FP64 unit are FP64, and their results are rounded to FP32, once.
/// Several threads may multiply with one matrix.</remarks>
public sealed class ReducedMatrix : IDisposable
{
    private readonly SummationSchedule[] _schedules;
    private readonly Dictionary<int, int> _slices = [];
    private readonly int[]? _order;
    private readonly PackedMatrix? _packed;
    private readonly DoubleSums? _doubles;
    private readonly int _terms;
    private readonly int _columns;

    /// <summary>Packs a matrix.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="reduction">The order.</param>
    /// <param name="terms">k, at least 1.</param>
    /// <param name="columns">n, at least 1.</param>
    /// <param name="b">[terms, columns] row-major, numbers of the unit's right format carried in floats.</param>
    /// <param name="scales">Block scales as <see cref="PackedMatrix.PackScaled"/> takes them, or none.</param>
    /// <exception cref="ArgumentException">A length does not fit, an operand or a scale is no number of its format, or the reduction takes
    /// a block apart whose terms have scales together.</exception>
    public ReducedMatrix(MatrixUnit unit, Reduction reduction, int terms, int columns, ReadOnlySpan<float> b, ReadOnlySpan<float> scales = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(terms, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(b.Length, checked(terms * columns), nameof(b));
        _terms = terms;
        _columns = columns;
        _schedules = [.. Enumerable.Range(0, reduction.Chunks).Select(chunk => reduction.Schedule(new TermRange(0, terms), chunk))];
        if (unit is MatrixUnit.IeeeChain { Input: var input } chain && input == KnownFormats.Fp64)
        {
            _doubles = new DoubleSums(chain, columns, b);
            return;
        }

        var order = new List<int>();
        var slices = new List<TermSlice>();
        foreach (var range in Ranges(_schedules[0]))
        {
            _slices.Add(range.First, slices.Count);
            slices.Add(new TermSlice(order.Count, range.Count + range.Padding));
            order.AddRange(Enumerable.Range(0, range.Count).Select(i => range[i]));
            order.AddRange(Enumerable.Repeat(-1, range.Padding));
        }

        if (!order.SequenceEqual(Enumerable.Range(0, terms)))
        {
            if (!scales.IsEmpty)
            {
                throw new ArgumentException($"{reduction} changes the order of the terms, and block scales belong to terms in a row.", nameof(reduction));
            }

            _order = [.. order];
            b = Rearranged(b, columns, _order);
        }

        _packed = scales.IsEmpty
            ? PackedMatrix.Pack(unit, order.Count, columns, b, slices)
            : PackedMatrix.PackScaled(unit, terms, columns, b, scales, slices);
    }

    /// <summary>d = a · b.</summary>
    /// <param name="rows">m.</param>
    /// <param name="a">[m, k] row-major, numbers of the unit's left format.</param>
    /// <param name="d">[m, n] row-major.</param>
    /// <param name="degreeOfParallelism">Threads at most; no bit depends on it.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an operand is no number of its format.</exception>
    public void Multiply(int rows, ReadOnlySpan<float> a, Span<float> d, int degreeOfParallelism = 1) => Multiply(rows, a, [], d, degreeOfParallelism);

    /// <summary>d = a · b with block scales on both sides.</summary>
    /// <param name="rows">m.</param>
    /// <param name="a">[m, k] row-major, numbers of the unit's left format.</param>
    /// <param name="scales">[m, scales per row] row-major; none where b has none.</param>
    /// <param name="d">[m, n] row-major.</param>
    /// <param name="degreeOfParallelism">Threads at most; no bit depends on it.</param>
    /// <exception cref="ArgumentException">A length does not fit, or an operand or a scale is no number of its format.</exception>
    public void Multiply(int rows, ReadOnlySpan<float> a, ReadOnlySpan<float> scales, Span<float> d, int degreeOfParallelism = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Length, checked(rows * _terms), nameof(a));
        ArgumentOutOfRangeException.ThrowIfNotEqual(d.Length, checked(rows * _columns), nameof(d));
        if (_order is not null)
        {
            a = RearrangedColumns(a, rows, _terms, _order);
        }

        var left = new LeftOperand(rows, a, scales, degreeOfParallelism);
        if (_schedules.Length == 1)
        {
            Evaluate(_schedules[0], left, d, null);
            return;
        }

        // A ring joins the same chains in another order for each chunk of the output.
        var chains = new Dictionary<int, float[]>();
        var whole = new float[d.Length];
        var share = (d.Length + _schedules.Length - 1) / _schedules.Length;
        for (var chunk = 0; chunk < _schedules.Length && chunk * share < d.Length; chunk++)
        {
            Evaluate(_schedules[chunk], left, whole, chains);
            var length = Math.Min(share, d.Length - (chunk * share));
            whole.AsSpan(chunk * share, length).CopyTo(d[(chunk * share)..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _packed?.Dispose();

    private void Evaluate(SummationSchedule schedule, in LeftOperand left, Span<float> d, Dictionary<int, float[]>? chains)
    {
        switch (schedule)
        {
            case var _ when _doubles is not null:
                _doubles.Multiply(schedule, left.Rows, left.Values, d);
                break;
            case SummationSchedule.Chain chain when chains is not null && chains.TryGetValue(chain.Ranges[0].First, out var known):
                known.CopyTo(d);
                break;
            case SummationSchedule.Chain chain:
                for (var range = 0; range < chain.Ranges.Count; range++)
                {
                    Slice(left, _slices[chain.Ranges[range].First], range == 0 ? [] : d, d);
                }

                chains?.Add(chain.Ranges[0].First, d.ToArray());
                break;
            case SummationSchedule.Sum sum:
                Evaluate(sum.Parts[0], left, d, chains);
                FloatRounding.Apply(sum.Partial, d);
                FloatRounding.Apply(sum.Running, d);
                var partial = new float[d.Length];
                foreach (var part in sum.Parts.Skip(1))
                {
                    Evaluate(part, left, partial, chains);
                    FloatRounding.Apply(sum.Partial, partial);
                    Add(partial, d);
                    FloatRounding.Apply(sum.Running, d);
                }

                break;
            default:
                throw new NotSupportedException($"No case for {schedule.GetType().Name}.");
        }
    }

    private void Slice(in LeftOperand left, int slice, ReadOnlySpan<float> c, Span<float> d)
    {
        if (left.Scales.IsEmpty)
        {
            MatrixProduct.MultiplySlice(left.Rows, left.Values, _packed!, slice, c, d, left.Threads);
            return;
        }

        MatrixProduct.MultiplyScaledSlice(left.Rows, left.Values, left.Scales, _packed!, slice, c, d, left.Threads);
    }

    private static void Add(ReadOnlySpan<float> partial, Span<float> d)
    {
        var i = 0;
        for (; i + Vector256<float>.Count <= d.Length; i += Vector256<float>.Count)
        {
            (Vector256.Create<float>(d[i..]) + Vector256.Create(partial[i..])).CopyTo(d[i..]);
        }

        for (; i < d.Length; i++)
        {
            d[i] += partial[i];
        }
    }

    private static IEnumerable<TermRange> Ranges(SummationSchedule schedule) => schedule switch
    {
        SummationSchedule.Chain chain => chain.Ranges,
        SummationSchedule.Sum sum => sum.Parts.SelectMany(Ranges),
        _ => throw new NotSupportedException($"No case for {schedule.GetType().Name}."),
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

    private readonly ref struct LeftOperand(int rows, ReadOnlySpan<float> values, ReadOnlySpan<float> scales, int threads)
    {
        public int Rows { get; } = rows;

        public ReadOnlySpan<float> Values { get; } = values;

        public ReadOnlySpan<float> Scales { get; } = scales;

        public int Threads { get; } = threads;
    }
}
