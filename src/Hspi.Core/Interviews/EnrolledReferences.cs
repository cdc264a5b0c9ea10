using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Dialects;
using Hspi.Networks;
using Hspi.Probes;
using Hspi.Readers.References;

namespace Hspi.Interviews;

/// <summary>Enrolled answers to compare with, and how those of them that servers gave were asked for.</summary>
/// <param name="Set">The references.</param>
/// <param name="Asked">Dialect and model of each enrolled server, each pair once; empty where all platforms ran on their owner's machine.</param>
/// <param name="Source">Names of the files they came from, without folders, with spaces between.</param>
public sealed record EnrolledReferences(ReferenceSet Set, IReadOnlyList<(string Dialect, string Model)> Asked, string Source)
{
    /// <summary>Prompts that are asked at most: where a tenth of the answers comes from elsewhere, one of 24 does with probability 0.92, of 16 with 0.81.</summary>
    private const int MostPrompts = 24;

    /// <summary>Questions of the free plan that are asked as well: repeats, and sums near 1.</summary>
    internal const int FreeQuestionsKept = 4;

    /// <summary>The command that enrols a server, with as many prompts as are asked.</summary>
    internal static string HowToEnrol(string platform) => $"hspi collect --endpoint URL --count {MostPrompts} --platform \"{platform}\" --output trusted.parquet";

    /// <summary>Reads datasets; their rows are compared as one.</summary>
    /// <param name="files">At least one.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="HspiException">A file cannot be read, or holds no prompt that can be asked again.</exception>
    public static async Task<EnrolledReferences> ReadAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        List<DatasetRow> rows = [];
        foreach (var file in files)
        {
            rows.AddRange((await ReadAsync(file, cancellationToken)).Rows);
        }

        var references = ReferenceSet.Of(new Dataset(rows), PromptsOf(rows), NetworkLibrary.Default().Tokenizer, MostPrompts);
        return references.Prompts.Count > 0
            ? new(
                references,
                [.. rows.Where(row => row.IsOfServer).Select(row => (row.Library, row.Network)).Distinct()],
                string.Join(' ', files.Select(Path.GetFileName)))
            : throw new HspiException($"{string.Join(", ", files)}: holds no prompt that every platform answered and that probes/ still makes. Collect one set of prompts on all of them.");
    }

    /// <summary>The prompts that rows may be answers to. A row names the set and the seed of its prompt; the text is made again, and found by its hash.</summary>
    internal static IEnumerable<PromptProbe> PromptsOf(IReadOnlyList<DatasetRow> rows)
    {
        var library = ProbeLibrary.Default();
        return rows.Select(row => (row.ProbeSet, row.Seed)).Distinct()
            .Where(set => library.List().Any(definition => definition.Id == set.ProbeSet))
            .SelectMany(set => library.Make(set.ProbeSet, set.Seed).Probes)
            .OfType<PromptProbe>();
    }

    /// <summary>The enrolled prompts, each once, then the best of the free questions.</summary>
    internal IReadOnlyList<Question> Questions(IReadOnlyList<Question> free, Capabilities capabilities) =>
    [
        .. Set.Prompts.Select(prompt => new Question
        {
            Model = capabilities.Model,
            Prompt = prompt.Text,
            NewTokens = prompt.NewTokens,
            ScorePrompt = prompt.ScorePrompt,
            Alternatives = capabilities.Alternatives,
        }),
        .. free.Take(FreeQuestionsKept),
    ];

    /// <summary>Why answers may differ from these references though the platform is the same; nothing is concluded from it.</summary>
    internal IEnumerable<string> Cautions(Capabilities seen)
    {
        if (Asked.Count == 0)
        {
            yield break;
        }

        if (Asked.All(one => one.Dialect != seen.Dialect.Name))
        {
            yield return $"The references were enrolled through {Names(one => one.Dialect)}, and this endpoint is asked through {seen.Dialect.Name}: where a chat template stands between, the model reads another text and every value differs. Ask it with --dialect {Asked[0].Dialect} if it can.";
        }

        if (Asked.All(one => one.Model != seen.Model))
        {
            yield return $"The references are of the model {Names(one => one.Model)}, and this endpoint is asked for {seen.Model}: unless both name the same weights, every value differs.";
        }
    }

    private string Names(Func<(string Dialect, string Model), string> name) => string.Join(" and ", Asked.Select(name).Distinct().Select(text => $"\"{text}\""));

    private static async Task<Dataset> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await DatasetFile.ReadAsync(file, cancellationToken);
        }
        catch (HspiException unread) when (File.Exists(file))
        {
            // Recordings and evidence are what people have at hand; they answer other questions than those that will be asked.
            throw new HspiException(
                $"{unread.Message} References are datasets, because both sides must be asked the same: enrol a server that you trust with `{HowToEnrol("engine=vllm precision=bf16")}`.",
                unread);
        }
    }
}
