using System.Globalization;

namespace Hspi.Probes;

/// <summary>Makes the probes of a definition. The first n probes do not depend on how many are made.</summary>
public static class ProbeRecipe
{
    /// <summary>The most probes of one set: a slip of the keyboard must not fill the memory.</summary>
    private const int MostProbes = 100_000;

    /// <summary>Makes them.</summary>
    /// <param name="definition">The recipe.</param>
    /// <param name="words">What random-word prompts draw from; each once.</param>
    /// <param name="seed">Null takes the definition's own.</param>
    /// <param name="count">Null takes the definition's own; from 1.</param>
    /// <exception cref="UsageException"><paramref name="count"/> is out of range.</exception>
    /// <exception cref="HspiException">The recipe draws more words than there are.</exception>
    public static ProbeSet Make(ProbeDefinition definition, IReadOnlyList<string> words, ulong? seed = null, int? count = null)
    {
        var number = count ?? definition.Count;
        if (number is < 1 or > MostProbes)
        {
            throw new UsageException($"{number} probes cannot be made; give a count from 1 to {MostProbes}.");
        }

        if (definition.Words is { } recipe && recipe.PromptWords > words.Count)
        {
            throw new HspiException($"Probe set {definition.Id} draws {recipe.PromptWords} words, and probes/words.txt has {words.Count}. Lower promptWords.");
        }

        var start = seed ?? definition.Seed;
        var chance = new SeededNormal(start);
        var probes = new List<Probe>(number);
        for (var i = 0; i < number; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{definition.Id}-{start}-{i:D4}");
            probes.Add(definition switch
            {
                { Words: { } prompt } => Prompt(id, definition.Version, prompt, words, ref chance),
                { Image: { } image } => Noise(id, definition.Version, image, ref chance),
                { Product: { } product } => Product(id, definition.Version, product, i, ref chance),
                _ => throw new ArgumentException("A definition without a recipe.", nameof(definition)),
            });
        }

        return new ProbeSet(definition.Id, definition.Version, start, probes);
    }

    private static PromptProbe Prompt(string id, int version, WordsRecipe recipe, IReadOnlyList<string> words, ref SeededNormal chance)
    {
        // Drawn without replacement: a repeated word would make its own continuation likely.
        List<string> left = [.. words];
        List<string> drawn = [];
        while (drawn.Count < recipe.PromptWords)
        {
            var at = chance.Next(left.Count);
            drawn.Add(left[at]);
            left.RemoveAt(at);
        }

        var total = recipe.PromptWords + recipe.NewTokens;
        var text = recipe.Template
            .Replace("{words}", string.Join(", ", drawn), StringComparison.Ordinal)
            .Replace("{total}", total.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return new PromptProbe(id, version, text, recipe.NewTokens) { ScorePrompt = recipe.ScorePrompt };
    }

    private static ImageProbe Noise(string id, int version, ImageRecipe recipe, ref SeededNormal chance)
    {
        var pixels = new byte[3 * recipe.Height * recipe.Width];
        foreach (ref var pixel in pixels.AsSpan())
        {
            pixel = (byte)chance.Next(256);
        }

        return new ImageProbe(id, version, recipe.Height, recipe.Width, pixels);
    }

    private static MatmulProbe Product(string id, int version, ProductRecipe recipe, int number, ref SeededNormal chance)
    {
        var shape = recipe.Shapes[number % recipe.Shapes.Count];
        return new MatmulProbe(id, version, shape[0], shape[1], shape[2], chance.NextBits());
    }
}
