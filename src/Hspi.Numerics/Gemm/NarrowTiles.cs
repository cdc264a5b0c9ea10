using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>The same operands at rest: 2 bytes each instead of 5, widened tile by tile as they are multiplied.</summary>
/// <remarks>
/// For weights that no cache holds: a product of one row waits for memory, and one of many rows widens a tile once for all of them.
/// <code>
/// FP16             its own bits           as a float: fraction and exponent field 13 bits higher, times 2^112
/// BF16, 8 and      upper half of a float  as a float: 16 bits higher
/// fewer bits
/// </code>
/// A subnormal of FP16 becomes one of FP32 on the way, which a multiplication reads exactly.</remarks>
internal sealed unsafe class NarrowTiles : IDisposable
{
    private const int HalfFractionBits = 10, BrainFractionBits = 7;

    // Words; the tiles of a panel lie one behind the other, and a processor fetches ahead by itself within a page only.
    private const int Ahead = 4096;

    private readonly AlignedBuffer<ushort> _words;
    private readonly OperandCodes _codes;
    private readonly bool _half;
    private readonly bool _interleaved;
    private readonly float _scale;

    /// <param name="shape">A unit whose right operands have a narrow form.</param>
    /// <param name="tiles">How many.</param>
    public NarrowTiles(in TruncatedShape shape, long tiles)
    {
        _words = new AlignedBuffer<ushort>(tiles * PackedTiles.Operands);
        _codes = new OperandCodes(shape, shape.Right);
        _half = shape.Right.FractionBits > BrainFractionBits;
        _interleaved = CodeOrder.IsInterleaved(shape);
        _scale = MathF.ScaleB(1, -shape.Offset);
    }

    /// <summary>Whether 16 bits hold every right operand of a unit: not TF32, and not what block scales move.</summary>
    public static bool Hold(in TruncatedShape shape) =>
        !shape.IsScaled && (shape.Right.FractionBits <= BrainFractionBits || (shape.Right.FractionBits == HalfFractionBits && !shape.Right.IsWide));

    /// <summary>Where a tile's words start.</summary>
    public ushort* Words(long tile) => _words.Pointer + (tile * PackedTiles.Operands);

    /// <summary>Takes a tile in.</summary>
    /// <param name="tile">Its place.</param>
    /// <param name="values">As in <see cref="PackedTiles"/>; what the kernel never reads may be anything.</param>
    public void Put(long tile, float* values)
    {
        ushort* words = Words(tile);
        for (int at = 0; at < PackedTiles.Operands; at++)
        {
            words[at] = _half ? Half.Word(values[at] / _scale) : Brain.Word(values[at] / _scale);
        }
    }

    /// <summary>One operand, without the kernel's scale.</summary>
    public float Operand(long tile, int at)
    {
        Vector256<int> word = Vector256.Create((int)(short)Words(tile)[at]);
        return (_half ? Half.Bits(word).AsSingle()[0] * Half.Scale : Brain.Bits(word).AsSingle()[0]);
    }

    /// <summary>Writes the first terms of a tile as the kernel reads them.</summary>
    public void Widen(long tile, int terms, PackedTiles target)
    {
        if (_half)
        {
            Widen<Half>(Words(tile), terms, target.Values(0), target.Exponents(0));
        }
        else
        {
            Widen<Brain>(Words(tile), terms, target.Values(0), target.Exponents(0));
        }
    }

    public void Dispose() => _words.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Widen<TForm>(ushort* words, int terms, float* values, byte* exponents)
        where TForm : IForm
    {
        OperandCodes codes = _codes;
        Vector256<float> scale = Vector256.Create(_scale * TForm.Scale);
        for (ushort* behind = words + (terms * PackedTiles.Columns); words < behind; words += 32, values += 32, exponents += 32)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(words + Ahead);
            }
            (TForm.Bits(Integers(words)).AsSingle() * scale).Store(values);
            (TForm.Bits(Integers(words + 8)).AsSingle() * scale).Store(values + 8);
            (TForm.Bits(Integers(words + 16)).AsSingle() * scale).Store(values + 16);
            (TForm.Bits(Integers(words + 24)).AsSingle() * scale).Store(values + 24);
            Vector256<short> first = Vector256.Load((short*)words), second = Vector256.Load((short*)words + 16);
            Bytes(codes.Right(TForm.Field(first), IsZero(first)), codes.Right(TForm.Field(second), IsZero(second))).Store(exponents);
        }

        for (byte* line = exponents - (terms * PackedTiles.Columns); _interleaved && line < exponents; line += PackedTiles.Columns)
        {
            CodeOrder.Interleave(line);
        }
    }

    // Eight words, signs extended.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Integers(ushort* words) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32((short*)words)
        : Vector256.Create(Vector128.WidenLower(Vector128.Load((short*)words)), Vector128.WidenUpper(Vector128.Load((short*)words)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> IsZero(Vector256<short> words) => Vector256.Equals(words & Vector256.Create(short.MaxValue), Vector256<short>.Zero);

    // Numbers below 256.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Bytes(Vector256<short> first, Vector256<short> second) => Avx2.IsSupported
        ? Avx2.Permute4x64(Avx2.PackUnsignedSaturate(first, second).AsInt64(), 0b11_01_10_00).AsByte()
        : Vector256.Narrow(first.AsUInt16(), second.AsUInt16());

    private interface IForm
    {
        /// <summary>What the number that <see cref="Bits"/> makes lacks.</summary>
        static abstract float Scale { get; }

        /// <summary>A word, its sign extended, as the bits of a float.</summary>
        static abstract Vector256<int> Bits(Vector256<int> words);

        /// <summary>The exponent field of a float that holds the number; below the format's normal numbers any field below theirs.</summary>
        static abstract Vector256<short> Field(Vector256<short> words);
    }

    private readonly struct Half : IForm
    {
        private const int Bias = 127 - 15;

        public static float Scale => MathF.ScaleB(1, Bias);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Bits(Vector256<int> words) => (words << 13) & Vector256.Create(unchecked((int)0x8FFFE000));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<short> Field(Vector256<short> words) => ((words >>> 10) & Vector256.Create((short)31)) + Vector256.Create((short)Bias);

        public static ushort Word(float value)
        {
            int bits = BitConverter.SingleToInt32Bits(value * MathF.ScaleB(1, -Bias));
            return (ushort)(((bits >>> 16) & 0x8000) | ((bits >>> 13) & 0x7FFF));
        }
    }

    private readonly struct Brain : IForm
    {
        public static float Scale => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<int> Bits(Vector256<int> words) => words << 16;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<short> Field(Vector256<short> words) => (words >>> 7) & Vector256.Create((short)255);

        public static ushort Word(float value) => (ushort)(BitConverter.SingleToInt32Bits(value) >>> 16);
    }
}
