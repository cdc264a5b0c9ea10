using Hspi.Numerics.Accumulation;
using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

public abstract partial record MatrixUnit
{
    /// <summary>Blackwell's MXFP4 and NVFP4 (<c>mxf4nvf4</c>): GST-FDPA, see <see cref="GroupScaledSum"/>.</summary>
    /// <param name="Scale">UE8M0, or UE4M3 for NVFP4.</param>
    /// <param name="FractionBits">F, 35.</param>
    /// <param name="ZeroExponent">e_zero, −139.</param>
    public sealed record GroupScaledFused(NumberFormat Scale, int FractionBits, int ZeroExponent)
        : MatrixUnit(KnownFormats.E2M1, KnownFormats.E2M1, KnownFormats.Fp32)
    {
        /// <inheritdoc/>
        public override int BlockTerms => 64;

        /// <inheritdoc/>
        public override string Definition =>
            $"GST-FDPA L={BlockTerms} in groups of {GroupScaledSum.GroupSize} F={FractionBits} e_zero={ZeroExponent} RZ-fp32, {Scale.Name} scales";

        /// <inheritdoc/>
        public override ulong NanBits => D.AllOnesNan;

        /// <inheritdoc/>
        /// <exception cref="ArgumentException">The products are not whole instructions, or their scales do not divide them evenly.</exception>
        public override Number Chain(
            ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, ReadOnlySpan<Number> scalesA, ReadOnlySpan<Number> scalesB, Number c)
        {
            ThrowIfLengthsDiffer(a, b);
            var steps = a.Length / BlockTerms;
            if (a.Length % BlockTerms != 0 || !Divides(scalesA.Length, steps) || !Divides(scalesB.Length, steps))
            {
                throw new ArgumentException(
                    $"{a.Length} products with {scalesA.Length} and {scalesB.Length} scales: give a multiple of {BlockTerms}, with 2 or 4 scales each.",
                    nameof(a));
            }

            for (var step = 0; step < steps; step++)
            {
                c = GroupScaledSum.Of(
                    a.Slice(step * BlockTerms, BlockTerms),
                    b.Slice(step * BlockTerms, BlockTerms),
                    scalesA.Slice(step * scalesA.Length / steps, scalesA.Length / steps),
                    scalesB.Slice(step * scalesB.Length / steps, scalesB.Length / steps),
                    c,
                    FractionBits,
                    ZeroExponent,
                    D,
                    RoundingMode.TowardZero);
            }

            return c;
        }

        private static bool Divides(int scales, int steps) => steps == 0 || (scales % steps == 0 && scales / steps is 1 or 2 or 4);

        // Without scales every one is 1, which both scale formats can say.
        private protected override Number Step(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c)
        {
            Span<Number> left = stackalloc Number[BlockTerms];
            Span<Number> right = stackalloc Number[BlockTerms];
            left.Fill(Number.Zero(false));
            right.Fill(Number.Zero(false));
            a.CopyTo(left);
            b.CopyTo(right);
            var one = Scale.FromSingle(1);
            return GroupScaledSum.Of(left, right, [one], [one], c, FractionBits, ZeroExponent, D, RoundingMode.TowardZero);
        }
    }
}
