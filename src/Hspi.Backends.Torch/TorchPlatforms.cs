using Hspi.Backends.Torch.Graphs;
using Hspi.Backends.Torch.Loading;
using Hspi.Networks;
using Hspi.Platforms;
using TorchSharp;
using ScalarType = TorchSharp.torch.ScalarType;

namespace Hspi.Backends.Torch;

/// <summary>libtorch on the CPU under the settings that change its bits.</summary>
/// <param name="networks">The graphs that it is asked on.</param>
public sealed class TorchPlatforms(NetworkLibrary networks) : IPlatformSource
{
    // Read once by the libraries as they load, hence a process of their own.
    private static readonly KeyValuePair<string, string> AtenAvx2 = new("ATEN_CPU_CAPABILITY", "avx2");
    private static readonly KeyValuePair<string, string> AtenDefault = new("ATEN_CPU_CAPABILITY", "default");
    private static readonly KeyValuePair<string, string> OneDnnAvx2 = new("ONEDNN_MAX_CPU_ISA", "AVX2");
    private static readonly KeyValuePair<string, string> OneDnnSse41 = new("ONEDNN_MAX_CPU_ISA", "SSE41");
    private static readonly KeyValuePair<string, string> MklCompatible = new("MKL_CBWR", "COMPATIBLE");

    private static readonly string[] Variables = [AtenAvx2.Key, OneDnnAvx2.Key, MklCompatible.Key];

    private static readonly Row[] Rows =
    [
        new("fp32", "written-out", new TorchSettings()),
        new("fp32", "written-out", new TorchSettings(), Batch: 2),
        new("fp32", "written-out", new TorchSettings(), Batch: 8),
        new("fp32", "written-out", new TorchSettings(Threads: 2), Batch: 8),
        new("fp32", "linear", new TorchSettings(LinearProducts: true)),
        new("fp32", "sdpa", new TorchSettings(FusedAttention: true)),
        new("fp32", "sdpa", new TorchSettings(FusedAttention: true), Batch: 8),
        new("fp32", "no-onednn", new TorchSettings(OneDnn: false)),
        new("fp32", "no-onednn", new TorchSettings(OneDnn: false), Batch: 8),
        new("fp32", "aten-avx2", new TorchSettings(), Environment: AtenAvx2, Needs: "avx2"),
        new("fp32", "aten-default", new TorchSettings(), Environment: AtenDefault),
        new("fp32", "onednn-avx2", new TorchSettings(), Batch: 8, Environment: OneDnnAvx2, Needs: "avx2"),
        new("fp32", "onednn-sse41", new TorchSettings(), Batch: 8, Environment: OneDnnSse41),
        new("fp32", "mkl-compatible", new TorchSettings(), Environment: MklCompatible),
        new("fp32", "mkl-compatible", new TorchSettings(), Batch: 8, Environment: MklCompatible),
        new("fp64", "written-out", new TorchSettings(ScalarType.Float64)),
        new("bf16-weights", "written-out", new TorchSettings(Bfloat16Weights: true)),
        new("bf16", "written-out", new TorchSettings(ScalarType.BFloat16)),
        new("bf16", "written-out", new TorchSettings(ScalarType.BFloat16), Batch: 8),
        new("bf16", "sdpa", new TorchSettings(ScalarType.BFloat16, FusedAttention: true)),
        new("bf16", "no-onednn", new TorchSettings(ScalarType.BFloat16, OneDnn: false)),
        new("bf16", "aten-avx2", new TorchSettings(ScalarType.BFloat16), Environment: AtenAvx2, Needs: "avx2"),
        new("bf16", "aten-default", new TorchSettings(ScalarType.BFloat16), Environment: AtenDefault),
        new("fp16", "written-out", new TorchSettings(ScalarType.Float16)),
        new("fp16", "written-out", new TorchSettings(ScalarType.Float16), Batch: 8),
        new("fp16", "sdpa", new TorchSettings(ScalarType.Float16, FusedAttention: true)),
    ];

    /// <inheritdoc/>
    public IEnumerable<PlatformOffer> List() => Rows.Select(row => new PlatformOffer(PlatformOf(row), Unavailable(row), EnvironmentOf(row)));

    /// <inheritdoc/>
    public IBackend Open(Platform platform)
    {
        var row = Rows.FirstOrDefault(row => PlatformOf(row) == platform)
            ?? throw new UsageException($"TorchSharp is not offered as \"{platform}\". See `hspi platforms`.");
        if (Unavailable(row) is { } reason)
        {
            throw new HspiException($"{platform}: {reason}");
        }

        // With a variable missing, or one too many, it would run and answer as another platform.
        foreach (var name in Variables)
        {
            var wanted = row.Environment is { } variable && variable.Key == name ? variable.Value : "";
            if ((Environment.GetEnvironmentVariable(name) ?? "") != wanted)
            {
                throw new HspiException(wanted.Length > 0
                    ? $"{platform}: {name}={wanted} must be set before the program starts."
                    : $"{platform}: {name} is set and changes which kernels libtorch takes. Unset it.");
            }
        }

        return new NetworkBackend(platform, model => new TorchSession(model, row.Settings), networks);
    }

    private static string? Unavailable(Row row) =>
        TorchLoader.Unavailable()
        ?? (row.Needs == "avx2" && CpuArchitecture.Name is not ("avx2" or "avx512") ? "This CPU has no AVX2." : null);

    private static Dictionary<string, string> EnvironmentOf(Row row) =>
        row.Environment is { } variable ? new() { [variable.Key] = variable.Value } : [];

    private static Platform PlatformOf(Row row) =>
        CpuPlatform.Of("torch", typeof(torch).Assembly, row.Precision, row.Kernels, row.Settings.Threads, row.Batch);

    private sealed record Row(
        string Precision, string Kernels, TorchSettings Settings, int Batch = 1, KeyValuePair<string, string>? Environment = null, string Needs = "");
}
