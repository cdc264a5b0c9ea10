using System.Runtime.Intrinsics;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>Chooses the compiled form of <see cref="TruncatedKernel{TLanes,TFloat,TInt,TByte,TCodes,TOutput}"/> for this processor,
/// these operands and this rounding. All forms give the same bits.</summary>
internal static unsafe class TruncatedKernels
{
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
            (true, BlockRounding.Fp32RoundedDownApart) => Rows<RaisedCodes, RoundedDownApartOutput>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            _ => throw new NotSupportedException($"No kernel rounds {shape.Output} for operands as wide as {shape.Left}."),
        };

    private static bool Rows<TCodes, TOutput>(bool together, in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
        where TCodes : struct
        where TOutput : struct =>
        Processor.Width switch
        {
            VectorWidth.Bits512 => Rows<Lanes512, Vector512<float>, Vector512<int>, Vector512<byte>, TCodes, TOutput>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            VectorWidth.Bits256 => Rows<Lanes256, Vector256<float>, Vector256<int>, Vector256<byte>, TCodes, TOutput>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            _ => Rows<Lanes128, Vector128<float>, Vector128<int>, Vector128<byte>, TCodes, TOutput>(together, shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
        };

    private static bool Rows<TLanes, TFloat, TInt, TByte, TCodes, TOutput>(bool together, in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
        where TLanes : struct, ILanes<TFloat, TInt, TByte>
        where TFloat : struct
        where TInt : struct
        where TByte : struct
        where TCodes : struct
        where TOutput : struct =>
        (together, typeof(TOutput) == typeof(RoundedDownApartOutput)) switch
        {
            (true, false) => TruncatedKernel<TLanes, TFloat, TInt, TByte, TCodes, TOutput>.Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (false, false) => TruncatedKernel<TLanes, TFloat, TInt, TByte, TCodes, TOutput>.RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, true) => InterleavedKernel<TLanes, TFloat, TInt, TByte>.Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (false, true) => InterleavedKernel<TLanes, TFloat, TInt, TByte>.RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
        };
}
