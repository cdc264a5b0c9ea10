using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hspi.Numerics.Formats;

namespace Hspi.Cuda.Cards;

/// <summary>Arrays of numbers as a card stores them, little-endian.</summary>
internal static class ElementBytes
{
    private static readonly float[] E4M3Values = [.. Enumerable.Range(0, 256).Select(code => (float)KnownFormats.E4M3.Decode((ulong)code).ToDouble())];

    /// <summary>Stores numbers; what is not a number of the format is rounded to nearest even. TF32 words keep their low bits: the card drops them.</summary>
    public static byte[] Of(NumberFormat format, ReadOnlySpan<float> values)
    {
        var size = format.StorageBits / 8;
        var bytes = new byte[values.Length * size];
        if (size == 4)
        {
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
            return bytes;
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (size == 1)
            {
                bytes[i] = (byte)format.Encode(format.FromSingle(format.Quantize(values[i])));
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), Word16(format, values[i]));
            }
        }

        return bytes;
    }

    /// <summary>Reads numbers; every format here fits fp32 exactly.</summary>
    public static void Read(NumberFormat format, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = format.StorageBits switch
            {
                8 when format == KnownFormats.E4M3 => E4M3Values[bytes[i]],
                16 when format == KnownFormats.Fp16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                16 when format == KnownFormats.Bf16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16),
                32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                _ => throw new ArgumentOutOfRangeException(nameof(format), format, "A format that no library product has."),
            };
        }
    }

    /// <summary>[columns, terms] from [terms, columns]: the library wants the columns of B one after the other.</summary>
    public static float[] Transposed(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        var turned = new float[matrix.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                turned[(column * rows) + row] = matrix[(row * columns) + column];
            }
        }

        return turned;
    }

    private static ushort Word16(NumberFormat format, float value)
    {
        if (format == KnownFormats.Fp16)
        {
            return BitConverter.HalfToUInt16Bits((Half)value);
        }

        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)(float.IsNaN(value) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
