using Hspi.Numerics.Accumulation;
using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

public abstract partial record MatrixUnit
{
    /// <summary>NVIDIA tensor cores: T-FDPA, see <see cref="TruncatedFusedSum"/>.</summary>
    /// <param name="A">Left format.</param>
    /// <param name="B">Right format.</param>
    /// <param name="D">Addend and result: FP32 or FP16.</param>
    /// <param name="Terms">L: products per block.</param>
    /// <param name="FractionBits">F: bits kept below the largest exponent.</param>
    /// <param name="ZeroExponent">e_zero: exponent of a zero term.</param>
    /// <param name="Output">What the sum is rounded to, a subset of <paramref name="D"/>'s numbers: E8M13 on Ada's and Hopper's FP8 path.</param>
    /// <param name="Rounding">Toward zero for FP32 and E8M13, to nearest even for FP16.</param>
    public sealed record TruncatedFused(
        NumberFormat A,
        NumberFormat B,
        NumberFormat D,
        int Terms,
        int FractionBits,
        int ZeroExponent,
        NumberFormat Output,
        RoundingMode Rounding) : MatrixUnit(A, B, D)
    {
        /// <inheritdoc/>
        public override int BlockTerms => Terms;

        /// <inheritdoc/>
        public override string Definition =>
            $"T-FDPA L={Terms} F={FractionBits} e_zero={ZeroExponent} {(Rounding == RoundingMode.TowardZero ? "RZ" : "RNE")}-{Output.Name}";

        /// <inheritdoc/>
        public override ulong NanBits => D.AllOnesNan;

        private protected override Number Step(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c) =>
            TruncatedFusedSum.Of(a, b, c, FractionBits, ZeroExponent, Output, Rounding);
    }
}
