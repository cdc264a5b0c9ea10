using Hspi.Numerics.Gemm;
using Hspi.Numerics.Gemm.Plain;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>The different units of the table that have a kernel, under the name of their first row.</summary>
internal static class KernelUnits
{
    public static IReadOnlyList<KnownUnit> All { get; } =
        [.. KnownUnits.All.Where(row => HasKernel(row.Unit)).DistinctBy(row => row.Unit)];

    public static bool HasKernel(MatrixUnit unit) => ProductKernels.Of(unit) is not (ProductKernel.Plain or ProductKernel.NotCarried);

    /// <summary>The units that take block scales.</summary>
    public static IReadOnlyList<KnownUnit> Scaled { get; } = [.. All.Where(row => KnownUnits.ScalingOf(row.Unit) != BlockScaling.None)];

    /// <summary>One product of a kind with block scales of a kind.</summary>
    public static RandomProduct ScaledProduct(MatrixUnit unit, OperandKind kind, ScaleKind scales, ulong seed)
    {
        RandomProduct product = Product(unit, kind, seed);
        var operands = new Operands(seed + 1);
        bool grouped = unit is MatrixUnit.GroupScaledFused;
        int blocks = grouped ? 1 + operands.Next(3) : (product.K + unit.BlockTerms - 1) / unit.BlockTerms;
        int k = grouped ? blocks * unit.BlockTerms : product.K;
        int left = grouped ? blocks << operands.Next(3) : blocks, right = grouped ? blocks << operands.Next(3) : blocks;
        return product with
        {
            K = k,
            A = operands.Next(product.M * k, kind, unit.A),
            B = operands.Next(k * product.N, operands.Next(3) == 0 ? OperandKind.Normal : kind, unit.B),
            ScalesA = operands.Scales(product.M * left, scales, BlockScales.FormatOf(unit)),
            ScalesB = operands.Scales(right * product.N, scales, BlockScales.FormatOf(unit)),
        };
    }

    /// <summary>One product of a kind: sizes, operands and, now and then, an addend that depend on the seed alone.</summary>
    public static RandomProduct Product(MatrixUnit unit, OperandKind kind, ulong seed)
    {
        var operands = new Operands(seed);
        int m = 1 + operands.Next(20), n = 1 + operands.Next(140), k = 1 + operands.Next(150);
        float[] a = operands.Next(m * k, kind, unit.A);
        float[] b = operands.Next(k * n, operands.Next(3) == 0 ? OperandKind.Normal : kind, unit.B);
        float[] c = operands.Next(3) > 0 ? [] : operands.Next(m * n, operands.Next(2) == 0 ? OperandKind.Normal : OperandKind.Zeros, unit.D);
        return new RandomProduct(m, n, k, a, b, c);
    }
}

internal sealed record RandomProduct(int M, int N, int K, float[] A, float[] B, float[] C)
{
    public float[] ScalesA { get; init; } = [];

    public float[] ScalesB { get; init; } = [];

    public float[] Fast(MatrixUnit unit, int degreeOfParallelism = 1)
    {
        var d = new float[M * N];
        if (ScalesA.Length > 0)
        {
            using PackedMatrix packed = PackedMatrix.PackScaled(unit, K, N, B, ScalesB);
            MatrixProduct.MultiplyScaled(M, A, ScalesA, packed, C, d, degreeOfParallelism);
            return d;
        }
        MatrixProduct.Multiply(unit, M, N, K, A, B, C, d, degreeOfParallelism);
        return d;
    }

    public float[] Plain(MatrixUnit unit)
    {
        var d = new float[M * N];
        using var packed = new PlainSlice(unit, new GivenColumns(B, K, N, ScalesB));
        packed.Multiply(M, A, K, ScalesA, C, d, 1);
        return d;
    }
}
