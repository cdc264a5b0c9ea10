using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>Chooses the compiled form of <see cref="TruncatedKernel{TLanes,TFloat,TInt,TByte,TCodes,TOutput}"/> for this processor,
/// these operands and this rounding. All forms give the same bits.</summary>
internal static unsafe class TruncatedKernels
{
    /// <summary>Whether <see cref="Lanes512"/> is used here.</summary>
    public static bool Has512 => Avx512BW.IsSupported && Avx512DQ.IsSupported;

    /// <summary>Adds up to 64 terms to up to eight rows of 64 outputs.</summary>
    /// <remarks>Four rows at once where <paramref name="together"/> says so; then <paramref name="rows"/> is 4 or 8. Otherwise row by row.</remarks>
    public static bool Rows(bool together, in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns) =>
        (shape.IsRaised, shape.Output) switch
        {
            (false, BlockRounding.Fp32TowardZero) => Rows<PlainCodes, Fp32Output>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (false, BlockRounding.E8M13TowardZero) => Rows<PlainCodes, E8M13Output>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (false, BlockRounding.Fp16ToNearest) => Rows<PlainCodes, Fp16Output>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, BlockRounding.Fp32TowardZero) => Rows<RaisedCodes, Fp32Output>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, BlockRounding.Fp32RoundedDown) => Rows<RaisedCodes, RoundedDownOutput>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, BlockRounding.Fp32RoundedDownApart) => RowsApart(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            _ => throw new NotSupportedException($"No kernel rounds {shape.Output} for operands as wide as {shape.Left}."),
        };

    private static bool Rows<TCodes, TOutput>(bool together, in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
        where TCodes : struct
        where TOutput : struct =>
        Has512 ? Rows<Lanes512, Vector512<float>, Vector512<int>, Vector512<byte>, TCodes, TOutput>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
        : Avx2.IsSupported ? Rows<Lanes256, Vector256<float>, Vector256<int>, Vector256<byte>, TCodes, TOutput>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
        : Rows<Lanes128, Vector128<float>, Vector128<int>, Vector128<byte>, TCodes, TOutput>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns);

    private static bool Rows<TLanes, TFloat, TInt, TByte, TCodes, TOutput>(bool together, in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
        where TLanes : struct, ILanes<TFloat, TInt, TByte>
        where TFloat : struct
        where TInt : struct
        where TByte : struct
        where TCodes : struct
        where TOutput : struct =>
        together
            ? TruncatedKernel<TLanes, TFloat, TInt, TByte, TCodes, TOutput>.Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
            : TruncatedKernel<TLanes, TFloat, TInt, TByte, TCodes, TOutput>.RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);

    private static bool RowsApart(bool together, in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns) =>
        Has512 ? RowsApart<Lanes512, Vector512<float>, Vector512<int>, Vector512<byte>>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
        : Avx2.IsSupported ? RowsApart<Lanes256, Vector256<float>, Vector256<int>, Vector256<byte>>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
        : RowsApart<Lanes128, Vector128<float>, Vector128<int>, Vector128<byte>>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns);

    private static bool RowsApart<TLanes, TFloat, TInt, TByte>(bool together, in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
        where TLanes : struct, ILanes<TFloat, TInt, TByte>
        where TFloat : struct
        where TInt : struct
        where TByte : struct =>
        together
            ? InterleavedKernel<TLanes, TFloat, TInt, TByte>.Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
            : InterleavedKernel<TLanes, TFloat, TInt, TByte>.RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);
}
