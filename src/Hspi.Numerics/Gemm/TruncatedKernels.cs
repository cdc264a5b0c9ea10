using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>Chooses the compiled form of <see cref="TruncatedKernel{TLanes,TFloat,TInt,TByte,TCodes,TOutput}"/> for this processor,
/// these operands and this rounding. All forms give the same bits.</summary>
internal static unsafe class TruncatedKernels
{
    /// <summary>Whether <see cref="Lanes512"/> is used here.</summary>
    public static bool Has512 => Avx512BW.IsSupported && Avx512DQ.IsSupported;

    public static bool Rows(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns) =>
        (shape.IsSaturating, shape.Output) switch
        {
            (false, BlockRounding.Fp32TowardZero) => Rows<PlainCodes, Fp32Output>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (false, BlockRounding.E8M13TowardZero) => Rows<PlainCodes, E8M13Output>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (false, BlockRounding.Fp16ToNearest) => Rows<PlainCodes, Fp16Output>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, BlockRounding.Fp32TowardZero) => Rows<SaturatingCodes, Fp32Output>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, BlockRounding.Fp32RoundedDown) => Rows<SaturatingCodes, RoundedDownOutput>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, BlockRounding.Fp32RoundedDownApart) => RowsApart(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            _ => throw new NotSupportedException($"No kernel rounds {shape.Output} for operands as wide as {shape.Left}."),
        };

    public static bool RowByRow(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns) =>
        (shape.IsSaturating, shape.Output) switch
        {
            (false, BlockRounding.Fp32TowardZero) => RowByRow<PlainCodes, Fp32Output>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (false, BlockRounding.E8M13TowardZero) => RowByRow<PlainCodes, E8M13Output>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (false, BlockRounding.Fp16ToNearest) => RowByRow<PlainCodes, Fp16Output>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, BlockRounding.Fp32TowardZero) => RowByRow<SaturatingCodes, Fp32Output>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, BlockRounding.Fp32RoundedDown) => RowByRow<SaturatingCodes, RoundedDownOutput>(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            (true, BlockRounding.Fp32RoundedDownApart) => RowByRowApart(shape, rows, a, aCodes, b, bCodes, c, blocks, columns),
            _ => throw new NotSupportedException($"No kernel rounds {shape.Output} for operands as wide as {shape.Left}."),
        };

    private static bool Rows<TCodes, TOutput>(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
        where TCodes : struct
        where TOutput : struct
    {
        if (Has512)
        {
            return TruncatedKernel<Lanes512, Vector512<float>, Vector512<int>, Vector512<byte>, TCodes, TOutput>
                .Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);
        }
        if (Avx2.IsSupported)
        {
            return TruncatedKernel<Lanes256, Vector256<float>, Vector256<int>, Vector256<byte>, TCodes, TOutput>
                .Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);
        }
        return TruncatedKernel<Lanes128, Vector128<float>, Vector128<int>, Vector128<byte>, TCodes, TOutput>
            .Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);
    }

    private static bool RowByRow<TCodes, TOutput>(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns)
        where TCodes : struct
        where TOutput : struct
    {
        if (Has512)
        {
            return TruncatedKernel<Lanes512, Vector512<float>, Vector512<int>, Vector512<byte>, TCodes, TOutput>
                .RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);
        }
        if (Avx2.IsSupported)
        {
            return TruncatedKernel<Lanes256, Vector256<float>, Vector256<int>, Vector256<byte>, TCodes, TOutput>
                .RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);
        }
        return TruncatedKernel<Lanes128, Vector128<float>, Vector128<int>, Vector128<byte>, TCodes, TOutput>
            .RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);
    }

    private static bool RowsApart(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns) =>
        Has512 ? InterleavedKernel<Lanes512, Vector512<float>, Vector512<int>, Vector512<byte>>.Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
        : Avx2.IsSupported ? InterleavedKernel<Lanes256, Vector256<float>, Vector256<int>, Vector256<byte>>.Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
        : InterleavedKernel<Lanes128, Vector128<float>, Vector128<int>, Vector128<byte>>.Rows(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);

    private static bool RowByRowApart(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns) =>
        Has512 ? InterleavedKernel<Lanes512, Vector512<float>, Vector512<int>, Vector512<byte>>.RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
        : Avx2.IsSupported ? InterleavedKernel<Lanes256, Vector256<float>, Vector256<int>, Vector256<byte>>.RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns)
        : InterleavedKernel<Lanes128, Vector128<float>, Vector128<int>, Vector128<byte>>.RowByRow(shape, rows, a, aCodes, b, bCodes, c, blocks, columns);
}
