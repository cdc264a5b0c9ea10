using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Hspi.Cuda.Native;

/// <summary>Matrix products by cuBLASLt, with the kernel that its heuristic chose. Late bound.</summary>
/// <remarks>
/// Source: cuBLASLt API reference. The library thinks column-major; asked for D' = B'·A' it computes our row-major
/// D = A·B without a copy. FP8 wants A transposed ("TN"): there B is given as [N, K].
/// </remarks>
internal sealed unsafe class CublasLt : IDisposable
{
    private const int WorkspaceBytes = 32 << 20;

    private static readonly string[] Candidates = ["libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11"];

    private readonly Dictionary<(string Types, int M, int N, int K), Prepared> _prepared = [];
    private readonly CudaDriver _driver;
    private readonly nint _handle;
    private readonly ulong _workspace;
    private readonly delegate* unmanaged<nint, int> _destroy;
    private readonly delegate* unmanaged<nint*, int, int, int> _createOperation;
    private readonly delegate* unmanaged<nint, int, void*, nuint, int> _setOperation;
    private readonly delegate* unmanaged<nint, int> _destroyOperation;
    private readonly delegate* unmanaged<nint*, int, ulong, ulong, long, int> _createLayout;
    private readonly delegate* unmanaged<nint, int> _destroyLayout;
    private readonly delegate* unmanaged<nint*, int> _createPreference;
    private readonly delegate* unmanaged<nint, int, void*, nuint, int> _setPreference;
    private readonly delegate* unmanaged<nint, int> _destroyPreference;
    private readonly delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, int, CublasLtHeuristic*, int*, int> _choose;
    private readonly delegate* unmanaged<CublasLtAlgorithm*, int, void*, nuint, nuint*, int> _readChoice;
    private readonly delegate* unmanaged<nint, nint, void*, ulong, nint, ulong, nint, void*, ulong, nint, ulong, nint, CublasLtAlgorithm*, ulong, nuint, nint, int> _multiply;

    private CublasLt(LateLibrary library, CudaDriver driver)
    {
        _driver = driver;
        FileName = library.FileName;
        _destroy = (delegate* unmanaged<nint, int>)library.Export("cublasLtDestroy");
        _createOperation = (delegate* unmanaged<nint*, int, int, int>)library.Export("cublasLtMatmulDescCreate");
        _setOperation = (delegate* unmanaged<nint, int, void*, nuint, int>)library.Export("cublasLtMatmulDescSetAttribute");
        _destroyOperation = (delegate* unmanaged<nint, int>)library.Export("cublasLtMatmulDescDestroy");
        _createLayout = (delegate* unmanaged<nint*, int, ulong, ulong, long, int>)library.Export("cublasLtMatrixLayoutCreate");
        _destroyLayout = (delegate* unmanaged<nint, int>)library.Export("cublasLtMatrixLayoutDestroy");
        _createPreference = (delegate* unmanaged<nint*, int>)library.Export("cublasLtMatmulPreferenceCreate");
        _setPreference = (delegate* unmanaged<nint, int, void*, nuint, int>)library.Export("cublasLtMatmulPreferenceSetAttribute");
        _destroyPreference = (delegate* unmanaged<nint, int>)library.Export("cublasLtMatmulPreferenceDestroy");
        _choose = (delegate* unmanaged<nint, nint, nint, nint, nint, nint, nint, int, CublasLtHeuristic*, int*, int>)library.Export("cublasLtMatmulAlgoGetHeuristic");
        _readChoice = (delegate* unmanaged<CublasLtAlgorithm*, int, void*, nuint, nuint*, int>)library.Export("cublasLtMatmulAlgoConfigGetAttribute");
        _multiply = (delegate* unmanaged<nint, nint, void*, ulong, nint, ulong, nint, void*, ulong, nint, ulong, nint, CublasLtAlgorithm*, ulong, nuint, nint, int>)library.Export("cublasLtMatmul");

        // First, because it makes the card's context current on this thread.
        _workspace = driver.Allocate(WorkspaceBytes);
        nint handle;
        ThrowIfFailed(((delegate* unmanaged<nint*, int>)library.Export("cublasLtCreate"))(&handle));
        _handle = handle;
        Version = (long)((delegate* unmanaged<nuint>)library.Export("cublasLtGetVersion"))();
    }

    /// <summary>The library's file, such as <c>libcublasLt.so.13</c>.</summary>
    public string FileName { get; }

    /// <summary>The library's version as it reports itself, such as 130100.</summary>
    public long Version { get; }

    /// <summary>Opens the library for the card that <paramref name="driver"/> opened.</summary>
    public static bool TryOpen(CudaDriver driver, [NotNullWhen(true)] out CublasLt? library, out string whyNot)
    {
        library = LateLibrary.TryLoad(Candidates, out var file, out whyNot) ? new CublasLt(file, driver) : null;
        return library is not null;
    }

    /// <summary>D = A·B with A [m, k] row-major, B as [n, k] row-major (each row one column of B), D [m, n] row-major, all on the device.</summary>
    /// <returns>The kernel that was chosen; null when the library has none for this shape and type.</returns>
    public CublasLtChoice? Multiply(CublasLtTypes types, int m, int n, int k, ulong a, ulong b, ulong d)
    {
        var key = (types.Name, m, n, k);
        if (!_prepared.TryGetValue(key, out var product))
        {
            product = _prepared[key] = new Prepared();
            Fill(product, types, m, n, k);
        }

        if (product.Choice is null)
        {
            return null;
        }

        float one = 1;
        float zero = 0;
        var algorithm = product.Algorithm;
        ThrowIfFailed(_multiply(
            _handle, product.Operation, &one, b, product.First, a, product.Second, &zero, d, product.Output, d, product.Output, &algorithm, _workspace, WorkspaceBytes, 0));
        return product.Choice;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var product in _prepared.Values)
        {
            _ = product.Output == 0 ? 0 : _destroyLayout(product.Output);
            _ = product.Second == 0 ? 0 : _destroyLayout(product.Second);
            _ = product.First == 0 ? 0 : _destroyLayout(product.First);
            _ = product.Operation == 0 ? 0 : _destroyOperation(product.Operation);
        }

        _prepared.Clear();
        _driver.Free(_workspace);
        _ = _destroy(_handle);
    }

    private void Fill(Prepared product, CublasLtTypes types, int m, int n, int k)
    {
        const int TransposeFirst = 3;
        const int FastAccumulation = 25;
        const int MaximumWorkspace = 1;
        nint made = 0;
        ThrowIfFailed(_createOperation(&made, types.Compute, 0));
        product.Operation = made;
        var transpose = 1;
        ThrowIfFailed(_setOperation(product.Operation, TransposeFirst, &transpose, sizeof(int)));
        if (types.FastAccumulation)
        {
            sbyte fast = 1;
            ThrowIfFailed(_setOperation(product.Operation, FastAccumulation, &fast, sizeof(sbyte)));
        }

        // Column-major [k, n] with leading dimension k is our B as [n, k]; transposed it is the left operand of D' = B'·A'.
        ThrowIfFailed(_createLayout(&made, types.Operand, (ulong)k, (ulong)n, k));
        product.First = made;
        ThrowIfFailed(_createLayout(&made, types.Operand, (ulong)k, (ulong)m, k));
        product.Second = made;
        ThrowIfFailed(_createLayout(&made, types.Output, (ulong)n, (ulong)m, n));
        product.Output = made;
        ThrowIfFailed(_createPreference(&made));
        var preference = made;
        try
        {
            ulong workspace = WorkspaceBytes;
            ThrowIfFailed(_setPreference(preference, MaximumWorkspace, &workspace, sizeof(ulong)));
            CublasLtHeuristic best;
            int found;
            var status = _choose(_handle, product.Operation, product.First, product.Second, product.Output, product.Output, preference, 1, &best, &found);
            if (status == 0 && found > 0)
            {
                product.Algorithm = best.Algorithm;
                product.Choice = ReadChoice(best.Algorithm);
            }
        }
        finally
        {
            _ = _destroyPreference(preference);
        }
    }

    // cublasLtMatmulAlgoConfigAttributes_t, in order: id, tile, split-K, reduction, swizzle, custom, stages; 16-bit inner and cluster shape.
    private CublasLtChoice ReadChoice(CublasLtAlgorithm algorithm) => new(
        Read(&algorithm, 0, 4), Read(&algorithm, 1, 4), Read(&algorithm, 2, 4), Read(&algorithm, 3, 4), Read(&algorithm, 4, 4),
        Read(&algorithm, 5, 4), Read(&algorithm, 6, 4), Read(&algorithm, 7, 2), Read(&algorithm, 8, 2));

    // -1: this version of the library does not know the attribute.
    private int Read(CublasLtAlgorithm* algorithm, int attribute, int bytes)
    {
        var value = 0;
        nuint written;
        return _readChoice(algorithm, attribute, &value, (nuint)bytes, &written) == 0 ? value : -1;
    }

    private static void ThrowIfFailed(int status, [CallerArgumentExpression(nameof(status))] string? call = null)
    {
        if (status != 0)
        {
            throw new HspiException($"cuBLASLt: status {status} from {call}. Set CUBLASLT_LOG_LEVEL=5 to see why.");
        }
    }

    /// <summary>A product that was asked before: choosing a kernel takes longer than a small product.</summary>
    private sealed class Prepared
    {
        public nint Operation { get; set; }

        public nint First { get; set; }

        public nint Second { get; set; }

        public nint Output { get; set; }

        public CublasLtAlgorithm Algorithm { get; set; }

        public CublasLtChoice? Choice { get; set; }
    }
}
