using System.Runtime.Intrinsics;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Reductions;

/// <summary>Products of floats whose sums are FP64: the FP64 rows of the table, which no float could carry between two chains.</summary>
/// <remarks>Each term is one operation of the host's, of several columns at a time: FMA in FP64 is the same everywhere.</remarks>
/// <param name="unit">An FP64 chain.</param>
/// <param name="columns">n.</param>
/// <param name="b">[terms, columns] row-major.</param>
internal sealed class DoubleSums(MatrixUnit.IeeeChain unit, int columns, ReadOnlySpan<float> b)
{
    private readonly double[] _right = Widened(b);
    private readonly float _nan = BitConverter.UInt32BitsToSingle((uint)KnownFormats.Fp32.Encode(Number.NaN));

    /// <summary>d [rows, columns] = a · b in the order of a schedule, rounded to FP32 at the end.</summary>
    public void Multiply(SummationSchedule schedule, int rows, ReadOnlySpan<float> a, Span<float> d)
    {
        var terms = _right.Length / columns;
        var sums = new double[columns];
        for (var row = 0; row < rows; row++)
        {
            Row(schedule, a.Slice(row * terms, terms), sums);
            for (var column = 0; column < columns; column++)
            {
                d[(row * columns) + column] = double.IsNaN(sums[column]) ? _nan : (float)sums[column];
            }
        }
    }

    private void Row(SummationSchedule schedule, ReadOnlySpan<float> a, Span<double> sums)
    {
        switch (schedule)
        {
            case SummationSchedule.Chain chain:
                sums.Clear();
                foreach (var range in chain.Ranges)
                {
                    for (var i = 0; i < range.Count; i++)
                    {
                        Add(a[range[i]], _right.AsSpan(range[i] * columns, columns), sums);
                    }

                    if (range.Padding > 0)
                    {
                        Add(0, new double[columns], sums);
                    }
                }

                break;
            case SummationSchedule.Sum sum:
                Row(sum.Parts[0], a, sums);
                Round(sum.Partial, sums);
                Round(sum.Running, sums);
                var partial = new double[columns];
                foreach (var part in sum.Parts.Skip(1))
                {
                    Row(part, a, partial);
                    Round(sum.Partial, partial);
                    for (var i = 0; i < columns; i++)
                    {
                        sums[i] += partial[i];
                    }

                    Round(sum.Running, sums);
                }

                break;
            default:
                throw new NotSupportedException($"No case for {schedule.GetType().Name}.");
        }
    }

    private void Add(double factor, ReadOnlySpan<double> line, Span<double> sums)
    {
        var at = 0;
        for (; at <= sums.Length - Vector256<double>.Count; at += Vector256<double>.Count)
        {
            var (right, sum) = (Vector256.Create(line[at..]), Vector256.Create<double>(sums[at..]));
            (unit.IsFused
                ? Vector256.FusedMultiplyAdd(Vector256.Create(factor), right, sum)
                : (Vector256.Create(factor) * right) + sum).CopyTo(sums[at..]);
        }

        for (; at < sums.Length; at++)
        {
            sums[at] = unit.IsFused ? Math.FusedMultiplyAdd(factor, line[at], sums[at]) : (factor * line[at]) + sums[at];
        }
    }

    // FP32 in a schedule means "as the accumulator": see ReducedSum.
    private static void Round(NumberFormat format, Span<double> sums)
    {
        if (format == KnownFormats.Fp32 || format == KnownFormats.Fp64)
        {
            return;
        }

        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = format.Round(KnownFormats.Fp64.Decode(BitConverter.DoubleToUInt64Bits(sums[i]))).ToDouble();
        }
    }

    private static double[] Widened(ReadOnlySpan<float> values)
    {
        var wide = new double[values.Length];
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] = values[i];
        }

        return wide;
    }
}
