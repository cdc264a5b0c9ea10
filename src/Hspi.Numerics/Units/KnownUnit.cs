namespace Hspi.Numerics.Units;

/// <summary>How sure a row of the table is.</summary>
public enum Confidence
{
    /// <summary>Checked against published outputs of real GPUs.</summary>
    A,

    /// <summary>Two or more independent models agree.</summary>
    B,

    /// <summary>One model, or inferred from a neighbour.</summary>
    C,

    /// <summary>Disputed, or not verified at all.</summary>
    D,
}

/// <summary>One row: a matrix unit of one generation for one pair of input formats, and where the row comes from.</summary>
/// <param name="Name">Unique: architecture, inputs, output and, where it matters, the path: <c>hopper_e4m3_fp32_mmasync</c>.</param>
/// <param name="Architecture">The generation.</param>
/// <param name="Paths">The instructions that compute exactly this; the first is what libraries use.</param>
/// <param name="InstructionTerms">Products per output of the longest such instruction. A shorter one shortens the block.</param>
/// <param name="Unit">The arithmetic.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Confidence">How sure it is.</param>
/// <param name="Disputed">What is disputed or unverified, or null.</param>
public sealed record KnownUnit(
    string Name,
    Architecture Architecture,
    IReadOnlyList<InstructionPath> Paths,
    int InstructionTerms,
    MatrixUnit Unit,
    string Source,
    Confidence Confidence,
    string? Disputed)
{
    /// <summary>Inputs and output in one word, the same on every architecture: <c>fp16_fp32</c>, <c>nvfp4_fp32</c>.</summary>
    public required string DataType { get; init; }

    /// <summary>The unit as an instruction with fewer products computes it: L = min(instruction k, L).</summary>
    /// <param name="terms">Products per output of the instruction, at least 1.</param>
    public MatrixUnit WithInstructionTerms(int terms)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(terms, 1);
        return Unit switch
        {
            MatrixUnit.TruncatedFused block when terms < block.Terms => block with { Terms = terms },
            MatrixUnit.Exact block when terms < block.Terms => block with { Terms = terms },
            MatrixUnit.FlushedPairwise block when terms < block.Terms => block with { Terms = terms },
            MatrixUnit.RoundedDown block when terms < block.Terms => block with { Terms = terms },
            _ => Unit,
        };
    }
}
