using System.Buffers.Binary;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Probes;

namespace Hspi.Cuda.Recording;

/// <summary>Makes the operands of one tile: each tile is of one kind, so that every rule of a unit is met often.</summary>
/// <remarks>Works on bit patterns only, so that no rounding of a host takes part in the question.</remarks>
internal sealed class TileGenerator(MatrixInstruction instruction, ulong seed)
{
    private SeededNormal _chance = new(seed);

    private enum Kind
    {
        /// <summary>Exponents within a few binades: what networks multiply.</summary>
        Ordinary,

        /// <summary>Exponents over the whole range: most terms fall off the end.</summary>
        Wide,

        /// <summary>Ordinary, but the second half of k is the first half with the sign of A turned.</summary>
        Cancelling,

        /// <summary>Exponent field 0 or 1, and zeros of both signs.</summary>
        Tiny,

        /// <summary>Any bits at all, infinities and NaNs among them.</summary>
        Any,
    }

    /// <summary>Fills every tile of a launch.</summary>
    public void Fill(Launch launch)
    {
        for (var tile = 0; tile < launch.Tiles; tile++)
        {
            Next(launch.Part(launch.A, tile), launch.Part(launch.B, tile), launch.Part(launch.C, tile));
        }
    }

    private void Next(Span<byte> a, Span<byte> b, Span<byte> c)
    {
        var kind = (Kind)_chance.Next(5);
        Fill(a, instruction.AType, kind);
        Fill(b, instruction.BType, kind);
        Fill(c, instruction.OutputType, _chance.Next(3) == 0 ? Kind.Tiny : kind);
        if (kind == Kind.Cancelling)
        {
            Mirror(a, instruction.AType, turnSign: true);
            Mirror(b, instruction.BType, turnSign: false);
        }
    }

    private void Fill(Span<byte> values, string type, Kind kind)
    {
        var format = BitLayout.Of(type);
        for (var at = 0; at < values.Length; at += format.Bytes)
        {
            Write(values.Slice(at, format.Bytes), NextBits(format, kind));
        }
    }

    private ulong NextBits(BitLayout format, Kind kind)
    {
        var bits = _chance.NextBits() >> (64 - (8 * format.Bytes));
        if (kind == Kind.Any)
        {
            return bits;
        }

        var top = (1 << format.ExponentBits) - 1;
        var middle = top / 2;
        var exponent = kind switch
        {
            Kind.Wide => 1 + _chance.Next(top - 1),
            Kind.Tiny => _chance.Next(2),
            _ => Math.Clamp(middle - 3 + _chance.Next(5), 1, top - 1),
        };
        if (kind == Kind.Tiny && _chance.Next(4) == 0)
        {
            return bits & (1UL << ((8 * format.Bytes) - 1)); // a zero of either sign
        }

        var field = ((1UL << format.ExponentBits) - 1) << format.FractionBits;
        return (bits & ~field) | ((ulong)exponent << format.FractionBits);
    }

    private void Mirror(Span<byte> rows, string type, bool turnSign)
    {
        var bytes = BitLayout.Of(type).Bytes;
        var half = instruction.RowBytes / 2;
        for (var row = 0; row < rows.Length; row += instruction.RowBytes)
        {
            var first = rows.Slice(row, half);
            var second = rows.Slice(row + half, half);
            first.CopyTo(second);
            for (var at = bytes - 1; turnSign && at < half; at += bytes)
            {
                second[at] ^= 0x80;
            }
        }
    }

    private static void Write(Span<byte> to, ulong bits)
    {
        switch (to.Length)
        {
            case 1:
                to[0] = (byte)bits;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)bits);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)bits);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(to, bits);
                break;
        }
    }

    private readonly record struct BitLayout(int Bytes, int ExponentBits, int FractionBits)
    {
        // tf32 fills a whole fp32 word: the low 13 bits are junk that the unit must ignore, so they are asked too.
        public static BitLayout Of(string type) => type switch
        {
            "f64" => new(8, 11, 52),
            "f32" or "tf32" => new(4, 8, 23),
            "f16" => new(2, 5, 10),
            "bf16" => new(2, 8, 7),
            "e4m3" => new(1, 4, 3),
            "e5m2" => new(1, 5, 2),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A type without a layout."),
        };
    }
}
