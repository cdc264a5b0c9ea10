using Hspi.Numerics.Gemm;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>The different units of the table that have a kernel, under the name of their first row.</summary>
internal static class KernelUnits
{
    public static IReadOnlyList<KnownUnit> All { get; } =
        [.. KnownUnits.All.Where(row => HasKernel(row.Unit)).DistinctBy(row => row.Unit)];

    public static bool HasKernel(MatrixUnit unit) => TruncatedShape.Of(unit) is not null || IeeeShape.Of(unit) is not null;

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
    public float[] Fast(MatrixUnit unit, int degreeOfParallelism = 1)
    {
        var d = new float[M * N];
        MatrixProduct.Multiply(unit, M, N, K, A, B, C, d, degreeOfParallelism);
        return d;
    }

    public float[] Plain(MatrixUnit unit)
    {
        var d = new float[M * N];
        PlainProduct.Multiply(unit, M, N, K, A, K, B, C, d);
        return d;
    }
}
