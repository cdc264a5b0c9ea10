using Hspi.Backends.Emulated;
using Hspi.Networks;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Models;
using Hspi.Platforms;

namespace Hspi.Backends.Engines;

/// <summary>What llama.cpp, and with it Ollama and LM Studio, print of a model on a processor, computed from its file: <c>engine=llama.cpp kernels=kvf16</c>.</summary>
/// <remarks>
/// Offered on request for a model that was read from a file. The kernels column says how keys and values are kept: <c>kvf32</c>, or <c>kvf16</c>, the default of its
/// server, with <c>-fa</c> behind it where flash attention is on. Not bit for bit: sums outside products are ours, so a value may be off in the last bits, and where that turns a rounding of an activation, the position differs by more.
/// </remarks>
/// <param name="networks">The model.</param>
/// <param name="threads">Threads per product; no bit depends on it.</param>
public sealed class LlamaPlatforms(NetworkLibrary networks, int threads = 1) : IPlatformSource
{
    /// <summary>The engine's name.</summary>
    public const string Engine = "llama.cpp";

    private const string FlashSuffix = "-fa";

    private static readonly Dictionary<string, ElementFormat> Caches = new(StringComparer.Ordinal)
    {
        ["kvf16"] = ElementFormat.Float16,
        ["kvf16" + FlashSuffix] = ElementFormat.Float16,
        ["kvf32"] = ElementFormat.Float32,
    };

    /// <summary>What the column <c>kernels</c> may say.</summary>
    public static IReadOnlyCollection<string> Kernels => Caches.Keys;

    /// <inheritdoc/>
    public IEnumerable<PlatformOffer> List() => [];

    /// <inheritdoc/>
    public IEnumerable<PlatformOffer> OnRequest(PlatformClaim claim)
    {
        if (!claim.Columns.TryGetValue("engine", out var engine) || engine != Engine)
        {
            return [];
        }

        if (!networks.Language.IsFromFile)
        {
            throw new UsageException($"engine={Engine} is computed from the file of a model: give --model FILE.gguf, or a Hugging Face folder. To enrol a server that runs, give its --endpoint.");
        }

        PlatformOffer[] offers = [.. Caches.Keys.Select(kernels => new PlatformOffer(PlatformOf(networks.Language, kernels), Unavailable: null, new Dictionary<string, string>()))];
        PlatformOffer[] meant = [.. offers.Where(offer => claim.Matches(offer.Platform))];
        return meant.Length > 0 ? meant : throw new UsageException($"\"{claim}\": of this model there is\n  {string.Join("\n  ", offers.Select(offer => offer.Platform))}");
    }

    /// <inheritdoc/>
    public IBackend Open(Platform platform) =>
        new NetworkBackend(platform, model => new GraphSession(model, PrecisionOf(networks.Language, platform.Kernels, threads)), networks);

    /// <summary>The arithmetic of a model.</summary>
    /// <param name="language">A model out of a file.</param>
    /// <param name="kernels">One of <see cref="Kernels"/>.</param>
    /// <param name="threads">Threads per product; no bit depends on it.</param>
    public static Precision PrecisionOf(LanguageModel language, string kernels, int threads) => new()
    {
        // Without flash attention: queries and shares are rounded to the format of the cache as well.
        Products = new RoundedArithmetic(new LlamaProducts(WeightFormat.F32, threads), Caches[kernels]),
        FusedAttention = kernels.EndsWith(FlashSuffix, StringComparison.Ordinal) ? new LlamaFlashAttention() : null,
        WeightProducts = weight => new LlamaProducts(language.Stored.GetValueOrDefault(weight, WeightFormat.F32), threads),
        Threads = threads,
    };

    private static Platform PlatformOf(LanguageModel language, string kernels) => new()
    {
        Engine = Engine,
        Device = "cpu",
        Precision = language.Precision,
        Kernels = kernels,
    };
}
