using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hspi.Numerics.Gemm.Truncated;

namespace Hspi.Numerics.Gemm.Packing;

/// <summary>Right operands in 2 bytes each (<see cref="NarrowWords"/>) where the kernel reads 5; they are widened tile by tile as they are multiplied.</summary>
/// <remarks>For weights that no cache holds. A product of one row waits for memory, so fewer bytes are faster; one of many rows widens a tile once for all rows.</remarks>
internal sealed unsafe class NarrowTiles : IDisposable
{
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
        _half = shape.Right.FractionBits > BrainForm.FractionBits;
        _interleaved = CodeOrder.IsInterleaved(shape);
        _scale = MathF.ScaleB(1, -shape.Offset);
    }

    /// <summary>Whether 16 bits hold every right operand of a unit: not TF32, and not what block scales move.</summary>
    public static bool Hold(in TruncatedShape shape) =>
        !shape.IsScaled && (shape.Right.FractionBits <= BrainForm.FractionBits || (shape.Right.FractionBits == HalfForm.FractionBits && !shape.Right.IsWide));

    /// <summary>Where a tile's words start.</summary>
    public ushort* Words(long tile) => _words.Pointer + (tile * PackedTiles.Operands);

    /// <summary>Takes a tile in.</summary>
    /// <param name="tile">Its place.</param>
    /// <param name="values">As in <see cref="PackedTiles"/>; what the kernel never reads may be anything.</param>
    public void Put(long tile, float* values)
    {
        if (_half)
        {
            NarrowWords.Narrow<HalfForm>(values, 1 / _scale, Words(tile), PackedTiles.Operands);
        }
        else
        {
            NarrowWords.Narrow<BrainForm>(values, 1 / _scale, Words(tile), PackedTiles.Operands);
        }
    }

    /// <summary>One operand, without the kernel's scale.</summary>
    public float Operand(long tile, int at)
    {
        Vector256<int> word = Vector256.Create((int)(short)Words(tile)[at]);
        return (_half ? HalfForm.Numbers(word, HalfForm.Scale) : BrainForm.Numbers(word, BrainForm.Scale))[0];
    }

    /// <summary>Writes the first terms of a tile as the kernel reads them.</summary>
    public void Widen(long tile, int terms, PackedTiles target)
    {
        if (_half)
        {
            Widen<HalfForm>(Words(tile), terms, target.Values(0), target.Exponents(0));
        }
        else
        {
            Widen<BrainForm>(Words(tile), terms, target.Values(0), target.Exponents(0));
        }
    }

    public void Dispose() => _words.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Widen<TForm>(ushort* words, int terms, float* values, byte* exponents)
        where TForm : struct, INarrowForm
    {
        OperandCodes codes = _codes;
        float scale = _scale * TForm.Scale;
        for (ushort* behind = words + (terms * PackedTiles.Columns); words < behind; words += 32, values += 32, exponents += 32)
        {
            NarrowWords.Widen<TForm>(words, scale, values);
            Vector256<short> first = Vector256.Load((short*)words), second = Vector256.Load((short*)words + 16);
            OperandCodes.Bytes(codes.Right(TForm.Field(first), IsZero(first)), codes.Right(TForm.Field(second), IsZero(second))).Store(exponents);
        }

        for (byte* line = exponents - (terms * PackedTiles.Columns); _interleaved && line < exponents; line += PackedTiles.Columns)
        {
            CodeOrder.Interleave(line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> IsZero(Vector256<short> words) => Vector256.Equals(words & Vector256.Create(short.MaxValue), Vector256<short>.Zero);
}
