using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Reductions;

/// <summary>Carries a summation schedule out for one output, by the plain definitions.</summary>
public static class ReducedSum
{
    /// <summary>Σ a_k · b_k on <paramref name="unit"/>, in the order of <paramref name="schedule"/>.</summary>
    /// <param name="unit">What a chain computes.</param>
    /// <param name="schedule">The order.</param>
    /// <param name="a">Left operands, indexed by the schedule.</param>
    /// <param name="b">Right operands.</param>
    public static Number Of(MatrixUnit unit, SummationSchedule schedule, ReadOnlySpan<Number> a, ReadOnlySpan<Number> b)
    {
        switch (schedule)
        {
            case SummationSchedule.Chain chain:
                var result = Number.Zero(negative: false);
                foreach (var range in chain.Ranges)
                {
                    result = unit.Chain(Gather(a, range), Gather(b, range), result);
                }

                return result;
            case SummationSchedule.Sum sum:
                var running = Round(unit, sum.Running, Round(unit, sum.Partial, Of(unit, sum.Parts[0], a, b)));
                for (var part = 1; part < sum.Parts.Count; part++)
                {
                    var added = Add(unit.D, running, Round(unit, sum.Partial, Of(unit, sum.Parts[part], a, b)));
                    running = Round(unit, sum.Running, added);
                }

                return running;
            default:
                throw new NotSupportedException($"No case for {schedule.GetType().Name}.");
        }
    }

    private static Number[] Gather(ReadOnlySpan<Number> all, TermRange range)
    {
        var chosen = new Number[range.Count + range.Padding];
        for (var i = 0; i < range.Count; i++)
        {
            chosen[i] = all[range[i]];
        }

        Array.Fill(chosen, Number.Zero(negative: false), range.Count, range.Padding);
        return chosen;
    }

    // FP32 in a schedule means "as the accumulator"; an FP64 product keeps FP64.
    private static Number Round(MatrixUnit unit, NumberFormat format, Number value) =>
        unit.D == KnownFormats.Fp64 && format == KnownFormats.Fp32 ? value : format.Round(value);

    // Ordinary additions happen outside the matrix unit: FP32 registers, FP64 only for FP64 products.
    private static Number Add(NumberFormat output, Number x, Number y) => output == KnownFormats.Fp64
        ? output.Decode(BitConverter.DoubleToUInt64Bits(x.ToDouble() + y.ToDouble()))
        : KnownFormats.Fp32.Decode(BitConverter.SingleToUInt32Bits((float)x.ToDouble() + (float)y.ToDouble()));
}
