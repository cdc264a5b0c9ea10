using Hspi.Numerics.Accumulation;
using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

public abstract partial record MatrixUnit
{
    /// <summary>IEEE operations one after another, ascending k: FP64 tensor cores, AMD's FP32 and FP64, CUDA cores, CPUs.</summary>
    /// <param name="Input">FP64 or FP32; FP32 also computes operands of narrower formats that it holds exactly.</param>
    /// <param name="IsFused">One rounding per term (FMA) instead of two (multiply, then add).</param>
    public sealed record IeeeChain(NumberFormat Input, bool IsFused = true)
        : MatrixUnit(Input, Input, Input == KnownFormats.Fp64 ? KnownFormats.Fp64 : KnownFormats.Fp32)
    {
        /// <inheritdoc/>
        public override int BlockTerms => 1;

        /// <inheritdoc/>
        public override string Definition => $"{(IsFused ? "FMA" : "multiply-add")} chain RNE-{D.Name}";

        /// <inheritdoc/>
        public override Number Chain(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c)
        {
            ThrowIfLengthsDiffer(a, b);
            return Step(a, b, c);
        }

        private protected override Number Step(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c)
        {
            var single = D == KnownFormats.Fp32;
            var sum = IsFused
                ? IeeeSum.Fused(a, b, c.ToDouble(), single)
                : IeeeSum.Separate(a, b, c.ToDouble(), single);
            return D.Decode(single ? BitConverter.SingleToUInt32Bits((float)sum) : BitConverter.DoubleToUInt64Bits(sum));
        }
    }
}
