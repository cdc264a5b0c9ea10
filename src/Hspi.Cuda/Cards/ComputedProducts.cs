using Hspi.Cuda.Native;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Cards;

/// <summary>The computed units in the place of cuBLASLt: one plain chain per output, FP8 promoted unless accumulation is fast.</summary>
/// <param name="architecture">Whose units.</param>
/// <param name="spoil">Changes a result before it is given; null changes none.</param>
internal sealed class ComputedProducts(Architecture architecture, Action<CublasLtTypes, byte[]>? spoil) : ILibraryProducts
{
    private static readonly CublasLtChoice Choice = new(66, 0, 1, 0, 0, 0, 0, 0, 0);

    /// <inheritdoc/>
    public string Engine => "made-up";

    /// <inheritdoc/>
    public string Version => "0";

    /// <inheritdoc/>
    public string Library => "none: computed units in its place";

    /// <inheritdoc/>
    public CublasLtChoice? Multiply(CublasLtTypes types, int m, int n, int k, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> d)
    {
        var left = new float[m * k];
        var right = new float[n * k];
        var sums = new float[m * n];
        ElementBytes.Read(types.OperandFormat, a, left);
        ElementBytes.Read(types.OperandFormat, b, right);
        using (var prepared = ComputedPrecision.Products(architecture, types).Prepare(ElementBytes.Transposed(right, n, k), k, n))
        {
            prepared.Multiply(left, m, sums);
        }

        var bytes = ElementBytes.Of(types.OutputFormat, sums);
        spoil?.Invoke(types, bytes);
        bytes.CopyTo(d);
        return Choice;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
