using Hspi.Cli.Backends;

namespace Hspi.Backends.Tests;

/// <summary>ONNX Runtime under the contract.</summary>
public sealed class OnnxContractTests : CatalogContract
{
    protected override string Platform => "engine=onnxruntime precision=int8-dynamic kernels=per-column";
}

/// <summary>TorchSharp under the contract.</summary>
public sealed class TorchContractTests : CatalogContract
{
    protected override string Platform => "engine=torch precision=bf16 kernels=sdpa";
}

/// <summary>The emulated units under the contract.</summary>
public sealed class EmulatedContractTests : CatalogContract
{
    protected override string Platform => "engine=emulated device=h100 precision=bf16 parallel=tp2";
}

/// <summary>A child process under the contract.</summary>
public sealed class ChildContractTests : CatalogContract
{
    protected override string Platform => "engine=torch precision=bf16 kernels=aten-default";
}

/// <summary>A backend as the catalog opens it.</summary>
public abstract class CatalogContract : BackendContract
{
    private static readonly PlatformCatalog Catalog = PlatformCatalog.Default();

    /// <summary>Text that finds the platform.</summary>
    protected abstract string Platform { get; }

    /// <summary>The runtime that is held to the contract.</summary>
    internal string Engine => Catalog.Find(Platform).Platform.Engine;

    protected override string? WhyNot => Catalog.Find(Platform).Unavailable;

    protected override IBackend Open() => Catalog.Open(Catalog.Find(Platform));
}
