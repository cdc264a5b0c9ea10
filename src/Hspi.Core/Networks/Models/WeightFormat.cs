using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hspi.Networks.Models;

/// <summary>How a file stores weights: as numbers, or as blocks of small whole numbers with scales.</summary>
/// <remarks>Every value of every format here is exact in fp32 but for the products of k-quants, which are rounded as ggml rounds them. Source: block layouts of the GGUF format (ggml).</remarks>
/// <param name="Name">As GGUF files and their users write it, in lower case: <c>q4_k</c>.</param>
/// <param name="BlockLength">Values of one block; 1 for plain numbers.</param>
/// <param name="BlockBytes">Bytes of one block.</param>
public sealed record WeightFormat(string Name, int BlockLength, int BlockBytes)
{
    private const int SuperBlock = 256;

    /// <summary>Single precision.</summary>
    public static WeightFormat F32 { get; } = new("f32", 1, 4);

    /// <summary>Half precision.</summary>
    public static WeightFormat F16 { get; } = new("f16", 1, 2);

    /// <summary>bfloat16.</summary>
    public static WeightFormat BF16 { get; } = new("bf16", 1, 2);

    /// <summary>32 signed bytes and a scale.</summary>
    public static WeightFormat Q8 { get; } = new("q8_0", 32, 34);

    /// <summary>32 numbers of 4 bits and a scale.</summary>
    public static WeightFormat Q4 { get; } = new("q4_0", 32, 18);

    /// <summary>32 numbers of 4 bits, a scale and an offset.</summary>
    public static WeightFormat Q4Offset { get; } = new("q4_1", 32, 20);

    /// <summary>32 numbers of 5 bits and a scale.</summary>
    public static WeightFormat Q5 { get; } = new("q5_0", 32, 22);

    /// <summary>32 numbers of 5 bits, a scale and an offset.</summary>
    public static WeightFormat Q5Offset { get; } = new("q5_1", 32, 24);

    /// <summary>256 numbers of 4 bits; eight scales and offsets of 6 bits.</summary>
    public static WeightFormat Q4K { get; } = new("q4_k", SuperBlock, 144);

    /// <summary>256 numbers of 5 bits; eight scales and offsets of 6 bits.</summary>
    public static WeightFormat Q5K { get; } = new("q5_k", SuperBlock, 176);

    /// <summary>256 numbers of 6 bits; sixteen scales of 8 bits.</summary>
    public static WeightFormat Q6K { get; } = new("q6_k", SuperBlock, 210);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<WeightFormat> All { get; } = [F32, F16, BF16, Q8, Q4, Q4Offset, Q5, Q5Offset, Q4K, Q5K, Q6K];

    /// <summary>Bytes of so many values; null where they do not fill whole blocks.</summary>
    public long? BytesOf(long values) => values % BlockLength == 0 ? values / BlockLength * BlockBytes : null;

    /// <summary>Reads stored values as fp32.</summary>
    /// <param name="stored">Whole blocks.</param>
    /// <param name="values">As many values as the blocks hold.</param>
    public void Read(ReadOnlySpan<byte> stored, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(stored.Length, BytesOf(values.Length) ?? -1);
        if (this == F32)
        {
            stored.CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        var read = BlockReader();
        for (var block = 0; block < stored.Length / BlockBytes; block++)
        {
            read(stored.Slice(block * BlockBytes, BlockBytes), values.Slice(block * BlockLength, BlockLength));
        }
    }

    private delegate void ReadBlock(ReadOnlySpan<byte> block, Span<float> values);

    private ReadBlock BlockReader() =>
        this == F16 ? static (block, values) => values[0] = HalfAt(block, 0)
        : this == BF16 ? static (block, values) => values[0] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(block) << 16)
        : this == Q8 ? Bytes
        : this == Q4 ? static (block, values) => Nibbles(block[2..], default, HalfAt(block, 0), 8, 0, values)
        : this == Q4Offset ? static (block, values) => Nibbles(block[4..], default, HalfAt(block, 0), 0, HalfAt(block, 2), values)
        : this == Q5 ? static (block, values) => Nibbles(block[6..], block[2..6], HalfAt(block, 0), 16, 0, values)
        : this == Q5Offset ? static (block, values) => Nibbles(block[8..], block[4..8], HalfAt(block, 0), 0, HalfAt(block, 2), values)
        : this == Q4K ? static (block, values) => Eighths(block, default, block[16..], values)
        : this == Q5K ? static (block, values) => Eighths(block, block[16..48], block[48..], values)
        : this == Q6K ? Sixteenths
        : throw new InvalidOperationException($"No reader for {Name}.");

    private static float HalfAt(ReadOnlySpan<byte> block, int at) => (float)BinaryPrimitives.ReadHalfLittleEndian(block[at..]);

    private static void Bytes(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = HalfAt(block, 0);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (sbyte)block[2 + i] * scale;
        }
    }

    // The first half of the values lies in the low halves of the bytes; a fifth bit of each value, if there is one, in four bytes of their own.
    private static void Nibbles(ReadOnlySpan<byte> packed, ReadOnlySpan<byte> fifth, float scale, int zero, float offset, Span<float> values)
    {
        var bits = fifth.IsEmpty ? 0u : BinaryPrimitives.ReadUInt32LittleEndian(fifth);
        for (var i = 0; i < 16; i++)
        {
            var low = (packed[i] & 0xF) | (int)(((bits >> i) & 1) << 4);
            var high = (packed[i] >> 4) | (int)(((bits >> (i + 16)) & 1) << 4);
            values[i] = ((low - zero) * scale) + offset;
            values[i + 16] = ((high - zero) * scale) + offset;
        }
    }

    // Eight groups of 32: value = (scale · group scale) · number − (offset · group offset).
    private static void Eighths(ReadOnlySpan<byte> block, ReadOnlySpan<byte> fifth, ReadOnlySpan<byte> packed, Span<float> values)
    {
        var (scale, offset) = (HalfAt(block, 0), HalfAt(block, 2));
        var steps = block[4..16];
        for (var group = 0; group < 8; group++)
        {
            var (step, least) = group < 4
                ? (steps[group] & 63, steps[group + 4] & 63)
                : ((steps[group + 4] & 0xF) | (steps[group - 4] >> 6 << 4), (steps[group + 4] >> 4) | (steps[group] >> 6 << 4));
            var (factor, subtracted) = (scale * step, offset * least);
            for (var i = 0; i < 32; i++)
            {
                var number = (packed[(group / 2 * 32) + i] >> (group % 2 * 4)) & 0xF;
                var whole = fifth.IsEmpty ? number : number | (((fifth[i] >> group) & 1) << 4);
                values[(group * 32) + i] = (factor * whole) - subtracted;
            }
        }
    }

    // Two halves of 128; in each, four bits of a number lie in one array and two in another.
    private static void Sixteenths(ReadOnlySpan<byte> block, Span<float> values)
    {
        var scale = HalfAt(block, 208);
        for (var i = 0; i < values.Length; i++)
        {
            var (half, within) = Math.DivRem(i, 128);
            var (quarter, lane) = Math.DivRem(within, 32);
            var low = (block[(half * 64) + (quarter % 2 * 32) + lane] >> (quarter / 2 * 4)) & 0xF;
            var high = (block[128 + (half * 32) + lane] >> (quarter * 2)) & 3;
            var step = (sbyte)block[192 + (half * 8) + (quarter * 2) + (lane / 16)];
            values[i] = scale * step * ((low | (high << 4)) - 32);
        }
    }
}
