using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hspi.Probes;

/// <summary>A file of <c>probes/</c>: the recipe of one probe set. <c>probes/README.md</c> explains every field.</summary>
public sealed record ProbeDefinition
{
    /// <summary>Version of the recipe, from 1.</summary>
    public required int Version { get; init; }

    /// <summary>Name of the set.</summary>
    public required string Id { get; init; }

    /// <summary>What the questions are good for.</summary>
    public required string Why { get; init; }

    /// <summary>Where the idea comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The seed, unless the caller gives another.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Number of probes, unless the caller gives another.</summary>
    public required int Count { get; init; }

    /// <summary>Prompts of random words; null for another recipe.</summary>
    public WordsRecipe? Words { get; init; }

    /// <summary>Noise images; null for another recipe.</summary>
    public ImageRecipe? Image { get; init; }

    /// <summary>Matrix products; null for another recipe.</summary>
    public ProductRecipe? Product { get; init; }

    /// <summary>Name of the recipe: <c>words</c>, <c>image</c> or <c>product</c>.</summary>
    [JsonIgnore]
    public string Recipe => Words is not null ? "words" : Image is not null ? "image" : "product";

    /// <summary>Reads a definition.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="HspiException">It is malformed, or a value is out of range.</exception>
    public static ProbeDefinition Parse(string json, string source)
    {
        try
        {
            var definition = JsonSerializer.Deserialize(json, ProbeJson.Default.ProbeDefinition)
                ?? throw new HspiException($"{source}: \"null\" is no probe set. See probes/README.md.");
            return definition.Fault() is { } fault ? throw new HspiException($"{source}: {fault} See probes/README.md.") : definition;
        }
        catch (JsonException wrong)
        {
            throw new HspiException($"{source}({wrong.LineNumber + 1}): {wrong.Message} See probes/README.md.", wrong);
        }
    }

    private string? Fault() =>
        Version < 1 ? "\"version\" must be at least 1."
        : Id.Length == 0 || !Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? "\"id\" takes small letters, digits and '-'."
        : Count < 1 ? "\"count\" must be at least 1."
        : new object?[] { Words, Image, Product }.Count(recipe => recipe is not null) != 1 ? "Give exactly one of \"words\", \"image\", \"product\"."
        : Words is { } words && (words.PromptWords < 1 || words.NewTokens < 1) ? "\"promptWords\" and \"newTokens\" must be at least 1."
        : Words is not null && !Words.Template.Contains("{words}", StringComparison.Ordinal) ? "\"template\" has no {words}: every prompt would be the same."
        : Image is { } image && (image.Height is < 1 or > 4096 || image.Width is < 1 or > 4096) ? "\"height\" and \"width\" must be 1 to 4096."
        : Product is { } product && (product.Shapes.Count == 0 || product.Shapes.Any(shape => shape.Count != 3 || shape.Any(axis => axis is < 1 or > 1 << 16)))
            ? "Every one of \"shapes\" must be [M, N, K], each 1 to 65536, and there must be one."
        : null;
}

/// <summary>Prompts in the paper's scheme.</summary>
/// <param name="Template">The prompt, with <c>{words}</c> and <c>{total}</c>.</param>
/// <param name="PromptWords">Words that the prompt holds.</param>
/// <param name="NewTokens">Tokens to generate.</param>
/// <param name="ScorePrompt">Whether the prompt's tokens are scored as well.</param>
public sealed record WordsRecipe(string Template, int PromptWords, int NewTokens, bool ScorePrompt = false);

/// <summary>Images of uniform noise.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public sealed record ImageRecipe(int Height, int Width);

/// <summary>Products of N(0,1) matrices.</summary>
/// <param name="Shapes">[M, N, K] each; taken in turn.</param>
public sealed record ProductRecipe(IReadOnlyList<IReadOnlyList<int>> Shapes);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProbeDefinition))]
internal sealed partial class ProbeJson : JsonSerializerContext;
