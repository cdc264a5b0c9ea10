using System.Diagnostics.CodeAnalysis;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Native;
using Hspi.Cuda.Recording;
using Hspi.Cuda.Reports;
using Hspi.Networks;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Tests;

/// <summary>Cards, runs and clocks that are none.</summary>
internal static class MadeUp
{
    public static Architecture Hopper { get; } = Architecture.Find("hopper")!;

    /// <summary>Questions small enough for a test.</summary>
    public static CardRunOptions Options(string folder) => new(folder, NetworkLibrary.DefaultFolder)
    {
        Cases = 100,
        Shapes = new ProductShapes([1, 8], [64], [128, 384]),
        Batches = [1],
        PromptSeeds = [1],
        Prompts = 1,
    };

    /// <summary>Runs topics on a card.</summary>
    public static Task<CardReport> RunAsync(ICard card, CardRunOptions options, TimeProvider? clock = null) =>
        CardRun.RunAsync(card, options, clock ?? TimeProvider.System, new Silence(), TestContext.Current.CancellationToken);

    private sealed class Silence : IProgress<string>
    {
        public void Report(string value)
        {
        }
    }
}

/// <summary>A clock that moves by a second each time it is read.</summary>
internal sealed class SteppingClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now += TimeSpan.FromSeconds(1);
}

/// <summary>A card whose host has no matrix library, and whose driver refuses one kernel, or all of them where none is named.</summary>
internal sealed class PoorCard(string? refused = null) : ICard
{
    private readonly ComputedCard _card = new(MadeUp.Hopper);

    public CardOrigin Origin => _card.Origin;

    public CudaCard Description => _card.Description;

    public string Driver => _card.Driver;

    public string Runtime => _card.Runtime;

    public AskedInstruction Load(MatrixInstruction instruction) => refused is null || instruction.Name == refused
        ? throw new HspiException($"The driver refuses kernel {instruction.Name}: CUDA_ERROR_UNSUPPORTED_PTX_VERSION.")
        : _card.Load(instruction);

    public float[] Evaluate(string name, float[] inputs) => _card.Evaluate(name, inputs);

    public float[]? EvaluateCompiled(string name, float[] inputs, out string whyNot)
    {
        whyNot = "none of libnvrtc.so.13 is installed on this machine";
        return null;
    }

    public bool TryOpenLibrary([NotNullWhen(true)] out ILibraryProducts? products, out string whyNot)
    {
        products = null;
        whyNot = "none of libcublasLt.so.13 is installed on this machine";
        return false;
    }
}
