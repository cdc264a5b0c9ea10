using System.Text.Json.Serialization;
using Hspi.Backends.Engines;
using Hspi.Platforms;
using Parquet.Serialization.Attributes;

namespace Hspi.Datasets;

/// <summary>One step of one answer of one platform: a row of a dataset. <c>datasets/README.md</c> explains every column.</summary>
/// <remarks>The order of the properties is the order of the columns in the file.</remarks>
public sealed record DatasetRow
{
    /// <summary><see cref="Platforms.Platform.Engine"/>.</summary>
    [JsonPropertyName("engine"), ParquetRequired] public string Engine { get; init; } = "";

    /// <summary><see cref="Platforms.Platform.Version"/>.</summary>
    [JsonPropertyName("version"), ParquetRequired] public string Version { get; init; } = "";

    /// <summary><see cref="Platforms.Platform.Device"/>.</summary>
    [JsonPropertyName("device"), ParquetRequired] public string Device { get; init; } = "";

    /// <summary><see cref="Platforms.Platform.Architecture"/>.</summary>
    [JsonPropertyName("arch"), ParquetRequired] public string Architecture { get; init; } = "";

    /// <summary><see cref="Platforms.Platform.Precision"/>.</summary>
    [JsonPropertyName("precision"), ParquetRequired] public string Precision { get; init; } = "";

    /// <summary><see cref="Platforms.Platform.Kernels"/>.</summary>
    [JsonPropertyName("kernels"), ParquetRequired] public string Kernels { get; init; } = "";

    /// <summary><see cref="Platforms.Platform.Parallelism"/>.</summary>
    [JsonPropertyName("parallel"), ParquetRequired] public string Parallelism { get; init; } = "";

    /// <summary><see cref="Platforms.Platform.Batch"/>.</summary>
    [JsonPropertyName("batch")] public int Batch { get; init; }

    /// <summary>Where the answer came from, as a word of <see cref="AnswerOriginText"/>.</summary>
    [JsonPropertyName("origin"), ParquetRequired] public string OriginWord { get; init; } = "";

    /// <summary>Name of the probe set.</summary>
    [JsonPropertyName("probe_set"), ParquetRequired] public string ProbeSet { get; init; } = "";

    /// <summary>Version of its recipe.</summary>
    [JsonPropertyName("probe_version")] public int ProbeVersion { get; init; }

    /// <summary>Seed of the probe set.</summary>
    [JsonPropertyName("seed")] public ulong Seed { get; init; }

    /// <summary>Id of the probe.</summary>
    [JsonPropertyName("probe_id"), ParquetRequired] public string ProbeId { get; init; } = "";

    /// <summary>Content hash of the probe: only answers to equal hashes are ever compared.</summary>
    [JsonPropertyName("probe_hash"), ParquetRequired] public string ProbeHash { get; init; } = "";

    /// <summary>Repetition of the same question, from 0.</summary>
    [JsonPropertyName("sample")] public int Sample { get; init; }

    /// <summary>Step of the answer, from 0.</summary>
    [JsonPropertyName("step")] public int Step { get; init; }

    /// <summary>The chosen token or class; null where it is not shown.</summary>
    [JsonPropertyName("token_id")] public int? TokenId { get; init; }

    /// <summary>The chosen token's text.</summary>
    [JsonPropertyName("token"), ParquetRequired] public string Token { get; init; } = "";

    /// <summary>Logits that the platform computed: the vocabulary, the classes, or the size of the product. 0 for an endpoint.</summary>
    [JsonPropertyName("logit_count")] public int LogitCount { get; init; }

    /// <summary>Token ids of <see cref="LogitBits"/>, best first; empty when all logits are kept, by id.</summary>
    [JsonPropertyName("logit_ids"), ParquetRequired] public List<int> LogitIds { get; init; } = [];

    /// <summary>IEEE-754 single-precision bits of the logits.</summary>
    [JsonPropertyName("logit_bits"), ParquetRequired] public List<int> LogitBits { get; init; } = [];

    /// <summary>ln Σ exp(x − max) over all logits, also those that are not kept; null where there are none.</summary>
    [JsonPropertyName("log_sum")] public double? LogSum { get; init; }

    /// <summary>The chosen token's logprob, character for character; null where none was sent.</summary>
    [JsonPropertyName("logprob")] public string? LogprobText { get; init; }

    /// <summary>Token ids of the alternatives; empty where they are not shown.</summary>
    [JsonPropertyName("top_ids"), ParquetRequired] public List<int> TopIds { get; init; } = [];

    /// <summary>Texts of the alternatives, in the order sent.</summary>
    [JsonPropertyName("top_tokens"), ParquetRequired] public List<string> TopTokens { get; init; } = [];

    /// <summary>Logprobs of the alternatives, character for character.</summary>
    [JsonPropertyName("top_logprobs"), ParquetRequired] public List<string> TopLogprobs { get; init; } = [];

    /// <summary>Why there is no answer; null where there is one.</summary>
    [JsonPropertyName("unsupported")] public string? Unsupported { get; init; }

    /// <summary>Logits or alternatives that were asked for at most; 0 for all.</summary>
    [JsonPropertyName("top_k")] public int TopK { get; init; }

    /// <summary>SHA-256 of the network that answered; the model's name for an endpoint.</summary>
    [JsonPropertyName("network"), ParquetRequired] public string Network { get; init; } = "";

    /// <summary>The machine that asked: processor and operating system.</summary>
    [JsonPropertyName("host"), ParquetRequired] public string Host { get; init; } = "";

    /// <summary>Libraries that computed, with their versions.</summary>
    [JsonPropertyName("library"), ParquetRequired] public string Library { get; init; } = "";

    /// <summary>Version of the accelerator's driver; empty without one.</summary>
    [JsonPropertyName("driver"), ParquetRequired] public string Driver { get; init; } = "";

    /// <summary>Version of hspi that wrote the row.</summary>
    [JsonPropertyName("hspi"), ParquetRequired] public string Hspi { get; init; } = "";

    /// <summary>When the answer came, UTC, microseconds.</summary>
    [JsonPropertyName("time"), ParquetTimestamp(ParquetTimestampResolution.Microseconds)] public DateTime Time { get; init; }

    /// <summary>Callers of our own that used the server at the same time: 0 when it was asked alone; null where nobody counted, or it is no server.</summary>
    [JsonPropertyName("callers")] public int? Callers { get; init; }

    /// <summary>Tokens of the prompt as the server counted them, what it put before it included; null where it did not say, or it is no server.</summary>
    [JsonPropertyName("prompt_tokens")] public int? PromptTokens { get; init; }

    /// <summary>The platform's columns as one value.</summary>
    [JsonIgnore, ParquetIgnore]
    public Platform Platform => new()
    {
        Engine = Engine,
        Version = Version,
        Device = Device,
        Architecture = Architecture,
        Precision = Precision,
        Kernels = Kernels,
        Parallelism = Parallelism,
        Batch = Batch,
    };

    /// <summary>Whether a server answered, whose platform only its operator knows.</summary>
    [JsonIgnore, ParquetIgnore]
    public bool IsOfServer => OriginWord == AnswerOrigin.Endpoint.Word();

    /// <summary>Whether an engine's arithmetic was computed, near it but not to the last bit; emulated units are exact.</summary>
    [JsonIgnore, ParquetIgnore]
    public bool IsNearly => OriginWord == AnswerOrigin.Computed.Word() && Engine == LlamaPlatforms.Engine;

    /// <summary>Whether a server refused, or sent nothing that could be kept: a question that is still open, and no answer.</summary>
    [JsonIgnore, ParquetIgnore]
    public bool IsRefusal => Unsupported is not null && IsOfServer;

    /// <summary>The answer that this row is a step of.</summary>
    [JsonIgnore, ParquetIgnore]
    public AnswerKey Key => new(Platform, ProbeHash, Sample);
}

/// <summary>One answer: who, what, and which repetition.</summary>
/// <param name="Platform">Who answered.</param>
/// <param name="ProbeHash">What was asked.</param>
/// <param name="Sample">Repetition, from 0.</param>
public sealed record AnswerKey(Platform Platform, string ProbeHash, int Sample);
