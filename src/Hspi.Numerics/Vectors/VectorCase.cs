using Hspi.Numerics.Units;

namespace Hspi.Numerics.Vectors;

/// <summary>One dot product with the bits that a unit must return.</summary>
/// <param name="Id">Name of the case in its file.</param>
/// <param name="Line">Line in its file, from 1.</param>
/// <param name="Row">Which row of the table computes it.</param>
/// <param name="Unit">The row's unit, shortened to the instruction that the file names.</param>
/// <param name="A">Left operands as words.</param>
/// <param name="B">Right operands as words, as many.</param>
/// <param name="ScalesA">Left block scales as words, or empty.</param>
/// <param name="ScalesB">Right block scales as words, or empty.</param>
/// <param name="C">The addend as a word.</param>
/// <param name="Expected">The result as a word.</param>
/// <param name="AnyNan">Whether every NaN counts as right.</param>
public sealed record VectorCase(
    string Id,
    int Line,
    KnownUnit Row,
    MatrixUnit Unit,
    ulong[] A,
    ulong[] B,
    ulong[] ScalesA,
    ulong[] ScalesB,
    ulong C,
    ulong Expected,
    bool AnyNan)
{
    /// <summary>What the unit computes.</summary>
    public ulong Compute() => DotProduct.Of(Unit, A, B, ScalesA, ScalesB, C);

    /// <summary>Whether a result is the expected one.</summary>
    public bool Accepts(ulong result) =>
        result == Expected || (AnyNan && Unit.D.Decode(result).Kind == Formats.NumberKind.NaN);
}
