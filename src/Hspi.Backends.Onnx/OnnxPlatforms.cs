using System.Runtime.InteropServices;
using Hspi.Networks;
using Hspi.Platforms;
using Microsoft.ML.OnnxRuntime;

namespace Hspi.Backends.Onnx;

/// <summary>ONNX Runtime on the CPU under the settings that change its bits, and some that should not.</summary>
/// <param name="networks">The graphs that it is asked on.</param>
public sealed class OnnxPlatforms(NetworkLibrary networks) : IPlatformSource
{
    private static readonly Row[] Rows =
    [
        new("fp32", "opt-all", new OnnxSettings()),
        new("fp32", "opt-all", new OnnxSettings(), Batch: 8),
        new("fp32", "opt-all", new OnnxSettings(Threads: 2), Batch: 8),
        new("fp32", "opt-basic", new OnnxSettings(GraphOptimizationLevel.ORT_ENABLE_BASIC)),
        new("fp32", "opt-extended", new OnnxSettings(GraphOptimizationLevel.ORT_ENABLE_EXTENDED)),
        new("fp32", "opt-none", new OnnxSettings(GraphOptimizationLevel.ORT_DISABLE_ALL)),
        new("fp32", "no-prepacking", new OnnxSettings(Prepacking: false)),
        new("fp16", "opt-all", new OnnxSettings(Precision: OnnxPrecision.Fp16)),
        new("fp16", "opt-none", new OnnxSettings(GraphOptimizationLevel.ORT_DISABLE_ALL, OnnxPrecision.Fp16)),
        new("fp16-weights", "opt-all", new OnnxSettings(Precision: OnnxPrecision.Fp16Weights)),
        new("bf16-weights", "opt-all", new OnnxSettings(Precision: OnnxPrecision.Bf16Weights)),
        new("int8-dynamic", "per-tensor", new OnnxSettings(Precision: OnnxPrecision.Int8PerTensor)),
        new("int8-dynamic", "per-column", new OnnxSettings(Precision: OnnxPrecision.Int8PerColumn)),
    ];

    /// <inheritdoc/>
    public IEnumerable<PlatformOffer> List() =>
        Rows.Select(row => new PlatformOffer(PlatformOf(row), Unavailable(), new Dictionary<string, string>()));

    /// <inheritdoc/>
    public IBackend Open(Platform platform)
    {
        var row = Rows.FirstOrDefault(row => PlatformOf(row) == platform)
            ?? throw new UsageException($"ONNX Runtime is not offered as \"{platform}\". See `hspi platforms`.");
        return Unavailable() is { } reason
            ? throw new HspiException($"{platform}: {reason}")
            : new NetworkBackend(platform, model => new OnnxSession(model, row.Settings), networks);
    }

    private static string? Unavailable() =>
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
            ? null
            : $"ONNX Runtime's natives are packaged for x64 and arm64; this is {RuntimeInformation.RuntimeIdentifier}.";

    private static Platform PlatformOf(Row row) =>
        CpuPlatform.Of("onnxruntime", typeof(InferenceSession).Assembly, row.Precision, row.Kernels, row.Settings.Threads, row.Batch);

    private sealed record Row(string Precision, string Kernels, OnnxSettings Settings, int Batch = 1);
}
