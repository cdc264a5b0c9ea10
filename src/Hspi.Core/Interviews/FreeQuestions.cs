using System.Globalization;
using Hspi.Dialects;
using Hspi.Probes;

namespace Hspi.Interviews;

/// <summary>What is asked of an endpoint of which nothing is enrolled: few calls, many numbers in each.</summary>
public static class FreeQuestions
{
    /// <summary>Tokens that each is answered with.</summary>
    public const int NewTokens = 8;

    private const int Counts = 4;
    private const int Repeats = 4;

    /// <summary>Beginnings that any model continues with many plausible words, so that the gaps between scores are spread.</summary>
    private static readonly string[] Open =
    [
        "The old map showed",
        "She opened the letter and",
        "Three things that surprised the visitors were",
        "In the harbour, a small boat",
        "The recipe begins with",
        "Nobody in the village knew why",
    ];

    /// <summary>Questions that differ.</summary>
    public static int Different => Open.Length + Counts;

    /// <summary>Times that one of them is asked again.</summary>
    public static int Again => Repeats - 1;

    /// <summary>The questions in the order of their worth: a run that must stop early has asked the best ones.</summary>
    /// <param name="seed">Makes them private: a server cannot know them before.</param>
    /// <param name="capabilities">What the endpoint grants.</param>
    public static IReadOnlyList<Question> Make(ulong seed, Capabilities capabilities)
    {
        return
        [
            .. Prompts(seed).Select(prompt => new Question
            {
                Model = capabilities.Model,
                Prompt = prompt,
                NewTokens = NewTokens,
                Alternatives = capabilities.Alternatives,
            }),
        ];
    }

    /// <summary>Their prompts alone.</summary>
    internal static IReadOnlyList<string> Prompts(ulong seed)
    {
        var chance = new SeededNormal(seed);
        var open = Open.Select(beginning => string.Create(CultureInfo.InvariantCulture, $"Note {chance.Next(9000) + 1000}. {beginning}")).ToList();
        var counts = Enumerable.Range(0, Counts).Select(_ => Counting(chance.Next(900) + 20)).ToList();
        // The same question again, not at once: what changes with the hour or the neighbours has time to.
        return [open[0], counts[0], open[1], open[0], open[2], counts[1], open[3], open[0], counts[2], open[4], open[5], counts[3], .. Enumerable.Repeat(open[0], Repeats - 3)];
    }

    /// <summary>Different prompts of the open kind, as many as are wanted.</summary>
    internal static IReadOnlyList<string> OpenPrompts(ulong seed, int count)
    {
        var chance = new SeededNormal(seed);
        // The number before parts prompts that begin alike, also from those that a cache holds.
        return [.. Enumerable.Range(0, count).Select(one => string.Create(CultureInfo.InvariantCulture, $"Note {chance.Next(9000) + 1000}. {(one < Open.Length ? "" : $"Part {(one / Open.Length) + 1}. ")}{Open[one % Open.Length]}"))];
    }

    /// <summary>So easy that the next token is nearly certain: the logarithm's own steps show near 0.</summary>
    private static string Counting(int from) =>
        string.Join(", ", Enumerable.Range(from, 8).Select(number => number.ToString(CultureInfo.InvariantCulture))) + ",";
}
