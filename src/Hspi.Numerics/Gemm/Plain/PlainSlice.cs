using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm.Plain;

/// <summary>Right operands of a unit that has no kernel.</summary>
internal sealed class PlainSlice(MatrixUnit unit, GivenColumns b) : PackedSlice
{
    public override void Multiply(
        int rows, ReadOnlySpan<float> a, int stride, ReadOnlySpan<float> scales, ReadOnlySpan<float> c, Span<float> d, int degreeOfParallelism) =>
        new PlainOutputs(unit).Fill(b, rows, a, stride, scales, c, d, static (_, _) => true);

    public override void Dispose()
    {
        // Nothing to give back: the operands are the garbage collector's.
    }
}
