using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

public abstract partial record MatrixUnit
{
    /// <summary>FP8 through <c>mma.sync</c> on Hopper and Blackwell: the compiler emulates it with two FP16 instructions.</summary>
    /// <remarks><code>
    /// G1 = { 4t, 4t+1 : t = 0..7 },  G2 = { 4t+2, 4t+3 }            positions of k, 16 each
    /// s = T_FDPA16(G1, 0);  s = T_FDPA16(G2, s)                     operands converted to FP16, exactly
    /// D = RNE(s + C)                                                one ordinary addition in D's format
    /// </code>
    /// Source: NVIDIA staff in cutlass#1986; the sequence is inferred from published rows of H100, H200 and B200.
    /// ptxas 12.4 and 12.5 compile FP32 output for sm_90 otherwise, as <paramref name="Apart"/> says (read from their machine code,
    /// which also shows the two interleaved halves): the sequence belongs to the compiler, not to the chip.
    /// </remarks>
    /// <param name="A">E4M3 or E5M2.</param>
    /// <param name="B">E4M3 or E5M2.</param>
    /// <param name="Inner">The chip's FP16 unit.</param>
    /// <param name="Apart">Both halves start from 0, and an ordinary addition joins them before C: D = RNE(RNE(s1 + s2) + C).</param>
    public sealed record EmulatedMmaSync(NumberFormat A, NumberFormat B, TruncatedFused Inner, bool Apart = false) : MatrixUnit(A, B, Inner.D)
    {
        private const int Instruction = 32;
        private const int PartTerms = Instruction / 2;

        /// <inheritdoc/>
        public override int BlockTerms => Inner.Terms;

        /// <inheritdoc/>
        public override string Definition => Apart
            ? $"k32 as two interleaved halves, each from 0 by FP16 {Inner.Definition}, then RNE(RNE(s1 + s2) + C)"
            : $"k32 as two interleaved halves from 0 by FP16 {Inner.Definition}, then RNE(s + C)";

        /// <inheritdoc/>
        public override ulong NanBits => Inner.NanBits;

        private protected override int StepTerms => Instruction;

        private protected override Number Step(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c)
        {
            var half = Inner.A;
            Span<Number> left = stackalloc Number[Instruction];
            Span<Number> right = stackalloc Number[Instruction];
            left.Fill(Number.Zero(false));
            right.Fill(Number.Zero(false));
            for (var k = 0; k < a.Length; k++)
            {
                var at = (k % 4 / 2 * PartTerms) + (k / 4 * 2) + (k % 2);
                left[at] = half.Round(a[k]);
                right[at] = half.Round(b[k]);
            }

            var none = Number.Zero(false);
            var sum = Apart
                ? Add(Inner.Chain(left[..PartTerms], right[..PartTerms], none), Inner.Chain(left[PartTerms..], right[PartTerms..], none))
                : Inner.Chain(left, right, none);
            return Add(sum, c);
        }

        private Number Add(Number sum, Number c)
        {
            if (D == KnownFormats.Fp32)
            {
                var single = (float)sum.ToDouble() + (float)c.ToDouble();
                return D.Decode(BitConverter.SingleToUInt32Bits(single));
            }

            // The sum of two FP16 numbers fits a double exactly, so this rounds once.
            return D.Decode(BitConverter.HalfToUInt16Bits((Half)(sum.ToDouble() + c.ToDouble())));
        }
    }
}
