using System.Diagnostics.CodeAnalysis;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Native;

namespace Hspi.Cuda.Cards;

/// <summary>What can be asked of a card: the seam between the questions, which are tested everywhere, and the driver, which is not.</summary>
internal interface ICard
{
    /// <summary>Whether it is a card at all.</summary>
    CardOrigin Origin { get; }

    /// <summary>The card.</summary>
    CudaCard Description { get; }

    /// <summary>Version of its kernel driver; empty when not known.</summary>
    string Driver { get; }

    /// <summary>The CUDA runtime library beside it, or why there is none.</summary>
    string Runtime { get; }

    /// <summary>Loads the kernel of one matrix instruction.</summary>
    /// <exception cref="HspiException">The driver refuses it; the message holds its own words.</exception>
    AskedInstruction Load(MatrixInstruction instruction);

    /// <summary>f(x) of each input.</summary>
    /// <param name="name">A name of <see cref="FunctionKernel.All"/>.</param>
    /// <param name="inputs">The inputs.</param>
    float[] Evaluate(string name, float[] inputs);

    /// <summary>f(x) of each input, for a function that CUDA's compiler must write out first.</summary>
    /// <param name="name">A name of <see cref="CompiledFunction.All"/>.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="whyNot">One sentence where there is no compiler; empty otherwise.</param>
    /// <returns>The answers; null without a compiler.</returns>
    float[]? EvaluateCompiled(string name, float[] inputs, out string whyNot);

    /// <summary>Opens the matrix library.</summary>
    bool TryOpenLibrary([NotNullWhen(true)] out ILibraryProducts? products, out string whyNot);
}

/// <summary>One matrix instruction of a card over a number of tiles: operands in, outputs back, laid out as <see cref="InstructionRunner.Run"/> says.</summary>
internal delegate byte[] AskedInstruction(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, int tiles);

/// <summary>A matrix library: cuBLASLt on a card, or the computed units in its place.</summary>
internal interface ILibraryProducts : IDisposable
{
    /// <summary>Its name in the engine column, such as <c>cublaslt</c>.</summary>
    string Engine { get; }

    /// <summary>Its version, such as <c>13.1.0</c>.</summary>
    string Version { get; }

    /// <summary>File and version as the library reports them.</summary>
    string Library { get; }

    /// <summary>D = A·B with A [m, k] row-major, B as [n, k] row-major (each row one column of B), D [m, n] row-major.</summary>
    /// <returns>The kernel that was chosen; null when the library has none for these types and this shape: <paramref name="d"/> is not written then.</returns>
    CublasLtChoice? Multiply(CublasLtTypes types, int m, int n, int k, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> d);
}
