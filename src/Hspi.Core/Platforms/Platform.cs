namespace Hspi.Platforms;

/// <summary>What answered a probe, or what a provider claims did: the label of every dataset row.</summary>
/// <remarks>
/// Typed columns; the canonical text (<see cref="ToString"/>) is one form of them and is read back by
/// <see cref="PlatformText"/>. An empty column means "not stated". Columns hold neither spaces nor commas.
/// </remarks>
public sealed record Platform
{
    /// <summary>Program that ran the network: <c>onnxruntime</c>, <c>torch</c>, <c>emulated</c>, <c>vllm</c>, <c>llama.cpp</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>Version of the engine as it reports itself, such as <c>1.31.1</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>The processor: <c>cpu</c>, or the name of a card such as <c>h100</c>. Claims may call it <c>gpu</c>.</summary>
    public string Device { get; init; } = "";

    /// <summary>Instruction set or matrix unit: <c>avx512</c>, <c>hopper</c>; the unit that most fingerprints can resolve.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Number format of weights and activations: <c>fp32</c>, <c>bf16</c>, <c>fp16</c>, <c>int8-dynamic</c>.</summary>
    public string Precision { get; init; } = "";

    /// <summary>What selects kernels inside the engine, such as <c>sdpa</c> or <c>opt-basic</c>.</summary>
    public string Kernels { get; init; } = "";

    /// <summary>How the work is divided, such as <c>tp2</c> or <c>threads2</c>.</summary>
    public string Parallelism { get; init; } = "";

    /// <summary>Sequences that were computed together; 0 means not known.</summary>
    public int Batch { get; init; }

    /// <summary>Every stated column as <c>key=value</c>, in one fixed order, separated by single spaces.</summary>
    public override string ToString() => PlatformText.Format(this);
}
