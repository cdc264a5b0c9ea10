using System.Diagnostics.CodeAnalysis;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Native;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Cards;

/// <summary>No card at all: the table of units in its place, so that every question, file and report can be tried where there is none.</summary>
/// <remarks>All that it says is marked <c>generated-sample</c>. It agrees with the table, of course: a test may let it differ.</remarks>
/// <param name="architecture">Which generation it plays.</param>
/// <param name="spoil">Changes an answer of an instruction before it is given: name, number of the output, word; null changes none.</param>
internal sealed class ComputedCard(Architecture architecture, Func<string, int, ulong, ulong>? spoil = null) : ICard
{
    /// <inheritdoc/>
    public CardOrigin Origin => CardOrigin.Sample;

    /// <inheritdoc/>
    public CudaCard Description { get; } = new("made-up card", CapabilityOf(architecture), 1, "0.0");

    /// <inheritdoc/>
    public string Driver => "";

    /// <inheritdoc/>
    public string Runtime => "none: a made-up card";

    /// <summary>What its library does to a result before it is given; a test's.</summary>
    public Action<CublasLtTypes, byte[]>? SpoilProduct { get; init; }

    /// <inheritdoc/>
    public AskedInstruction Load(MatrixInstruction instruction)
    {
        var unit = instruction.RowOf(architecture).WithInstructionTerms(instruction.K);
        return (a, b, c, tiles) =>
        {
            var launch = new Launch(instruction, tiles);
            a.CopyTo(launch.A);
            b.CopyTo(launch.B);
            c.CopyTo(launch.C);
            var answers = new byte[c.Length];
            Parallel.For(0, c.Length / instruction.OutputBytes, output =>
            {
                var word = DotProduct.Of(unit, launch.RowOfA(output), launch.ColumnOfB(output), [], [], launch.Addend(output));
                word = spoil?.Invoke(instruction.Name, output, word) ?? word;
                BitConverter.GetBytes(word).AsSpan(0, instruction.OutputBytes).CopyTo(answers.AsSpan(output * instruction.OutputBytes));
            });
            return answers;
        };
    }

    /// <summary>The correctly rounded function: no card's special-function unit is known.</summary>
    public float[] Evaluate(string name, float[] inputs) => [.. inputs.Select(x => (float)(name switch
    {
        "ex2_approx" => Math.Pow(2, x),
        "lg2_approx" => Math.Log2(x),
        "rcp_approx" => 1.0 / x,
        "rsqrt_approx" => 1 / Math.Sqrt(x),
        "fast_logf" or "accurate_logf" or "intrinsic_logf" => Math.Log(x),
        "accurate_expf" or "intrinsic_expf" => Math.Exp(x),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "A function that no kernel has."),
    }))];

    /// <inheritdoc/>
    public float[]? EvaluateCompiled(string name, float[] inputs, out string whyNot)
    {
        whyNot = "";
        return Evaluate(name, inputs);
    }

    /// <inheritdoc/>
    public bool TryOpenLibrary([NotNullWhen(true)] out ILibraryProducts? products, out string whyNot)
    {
        products = new ComputedProducts(architecture, SpoilProduct);
        whyNot = "";
        return true;
    }

    private static int CapabilityOf(Architecture architecture) => architecture.Name switch
    {
        "ampere" => 80,
        "ada" => 89,
        "hopper" => 90,
        _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "The kernels ask Ampere, Ada and Hopper."),
    };
}
