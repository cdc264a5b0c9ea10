using Hspi.Numerics.Accumulation;
using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

public abstract partial record MatrixUnit
{
    /// <summary>CDNA1, 16-bit inputs: E-FDPA, see <see cref="ExactFusedSum"/>.</summary>
    /// <param name="Input">FP16 or BF16.</param>
    /// <param name="Terms">L: 4 for FP16, 2 for BF16.</param>
    public sealed record Exact(NumberFormat Input, int Terms) : MatrixUnit(Input, Input, KnownFormats.Fp32)
    {
        /// <inheritdoc/>
        public override int BlockTerms => Terms;

        /// <inheritdoc/>
        public override string Definition => $"E-FDPA L={Terms} RNE-fp32";

        private protected override Number Step(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c) => ExactFusedSum.Of(a, b, c, D);
    }

    /// <summary>CDNA2, 16-bit inputs: pairs of FP32 operations with flushed subnormals, see <see cref="FlushedPairwiseSum"/>.</summary>
    /// <param name="Input">FP16 or BF16.</param>
    /// <param name="Terms">P: 4, or 2 for BF16 without the <c>_1k</c> suffix.</param>
    public sealed record FlushedPairwise(NumberFormat Input, int Terms) : MatrixUnit(Input, Input, KnownFormats.Fp32)
    {
        /// <inheritdoc/>
        public override int BlockTerms => Terms;

        /// <inheritdoc/>
        public override string Definition => $"FTZ pairwise P={Terms} RNE-fp32";

        private protected override Number Step(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c)
        {
            var sum = FlushedPairwiseSum.Of(a, b, (float)c.ToDouble(), Terms);
            return D.Decode(BitConverter.SingleToUInt32Bits(sum));
        }
    }

    /// <summary>CDNA3, inputs of 16 bits and XF32 (TR-FDPA) or FP8 (GTR-FDPA): see <see cref="RoundedDownSum"/>.</summary>
    /// <param name="A">Left format.</param>
    /// <param name="B">Right format.</param>
    /// <param name="Terms">L: 8, 4 for XF32, 16 for FP8.</param>
    /// <param name="Interleaved">Even and odd k summed apart: FP8.</param>
    public sealed record RoundedDown(NumberFormat A, NumberFormat B, int Terms, bool Interleaved) : MatrixUnit(A, B, KnownFormats.Fp32)
    {
        /// <inheritdoc/>
        public override int BlockTerms => Terms;

        /// <inheritdoc/>
        public override string Definition => $"{(Interleaved ? "GTR-FDPA" : "TR-FDPA")} L={Terms} F=24 F2=31 RNE-fp32";

        private protected override Number Step(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c) =>
            RoundedDownSum.Of(a, b, c, Interleaved);
    }
}
