using Hspi.Numerics.Accumulation;
using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

public abstract partial record MatrixUnit
{
    /// <summary>Blackwell's MXFP8, MXFP6 and MXFP4 (<c>mxf8f6f4</c>): ST-FDPA, one UE8M0 scale per side and block.</summary>
    /// <remarks>Both scale exponents are added to every product's before the alignment; C is not scaled.</remarks>
    /// <param name="Inner">The block without scales; also what is computed where no scales are given (all 2^0).</param>
    public sealed record ScaledTruncatedFused(TruncatedFused Inner) : MatrixUnit(Inner.A, Inner.B, Inner.D)
    {
        /// <inheritdoc/>
        public override int BlockTerms => Inner.Terms;

        /// <inheritdoc/>
        public override string Definition => $"S{Inner.Definition}, ue8m0 per {Inner.Terms}";

        /// <inheritdoc/>
        public override ulong NanBits => Inner.NanBits;

        /// <inheritdoc/>
        /// <exception cref="ArgumentException">There is not one scale per side and block.</exception>
        public override Number Chain(
            ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, ReadOnlySpan<Number> scalesA, ReadOnlySpan<Number> scalesB, Number c)
        {
            ThrowIfLengthsDiffer(a, b);
            var blocks = (a.Length + BlockTerms - 1) / BlockTerms;
            if (scalesA.Length != blocks || scalesB.Length != blocks)
            {
                throw new ArgumentException($"{a.Length} products need {blocks} scales per side, one per {BlockTerms}.", nameof(scalesA));
            }

            for (var block = 0; block < blocks; block++)
            {
                var first = block * BlockTerms;
                var terms = Math.Min(BlockTerms, a.Length - first);
                if (scalesA[block].Kind == NumberKind.NaN || scalesB[block].Kind == NumberKind.NaN)
                {
                    return Number.NaN;
                }

                c = TruncatedFusedSum.Of(
                    a.Slice(first, terms),
                    b.Slice(first, terms),
                    c,
                    Inner.FractionBits,
                    Inner.ZeroExponent,
                    Inner.Output,
                    Inner.Rounding,
                    scalesA[block].Exponent + scalesB[block].Exponent);
            }

            return c;
        }

        private protected override Number Step(ReadOnlySpan<Number> a, ReadOnlySpan<Number> b, Number c) => Inner.Step(a, b, c);
    }
}
