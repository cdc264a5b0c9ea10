using Hspi.Cuda.Native;

namespace Hspi.Cuda.Cards;

/// <summary>cuBLASLt's products of arrays in host memory. Device memory is kept between products: allocating takes longer than a small product.</summary>
internal sealed class DriverProducts(CudaDriver driver, CublasLt library) : ILibraryProducts
{
    // cuBLASLt: FP8 wants dimensions in whole 16 bytes; only the number of rows is free here.
    private const int Fp8Rows = 16;

    private readonly DeviceBuffer _a = new(driver);
    private readonly DeviceBuffer _b = new(driver);
    private readonly DeviceBuffer _d = new(driver);

    /// <inheritdoc/>
    public string Engine => "cublaslt";

    /// <inheritdoc/>
    public string Version => $"{library.Version / 10000}.{library.Version % 10000 / 100}.{library.Version % 100}";

    /// <inheritdoc/>
    public string Library => $"{library.FileName} {library.Version}";

    /// <inheritdoc/>
    public CublasLtChoice? Multiply(CublasLtTypes types, int m, int n, int k, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> d)
    {
        var choice = Ask(types, m, n, k, a, b, d);
        if (choice is not null || types.OperandBytes != 1 || m % Fp8Rows == 0)
        {
            return choice;
        }

        var rows = (m + Fp8Rows - 1) / Fp8Rows * Fp8Rows;
        var filled = new byte[rows * k * types.OperandBytes];
        var result = new byte[rows * n * types.OutputBytes];
        a.CopyTo(filled);
        choice = Ask(types, rows, n, k, filled, b, result);
        if (choice is not null)
        {
            result.AsSpan(0, d.Length).CopyTo(d);
        }

        return choice;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _d.Dispose();
        library.Dispose();
    }

    private CublasLtChoice? Ask(CublasLtTypes types, int m, int n, int k, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> d)
    {
        var to = _d.Of(d.Length);
        var choice = library.Multiply(types, m, n, k, _a.Holding(a), _b.Holding(b), to);
        if (choice is not null)
        {
            driver.Read(to, d);
        }

        return choice;
    }
}
