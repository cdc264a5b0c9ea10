using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Dialects;
using Hspi.Networks;
using Hspi.Probes;
using Hspi.Readers.References;

namespace Hspi.Cli.Verifying;

/// <summary>Loads the enrolled answers that a verification compares with, and plans the questions that they answer.</summary>
internal static class ReferenceFiles
{
    /// <summary>Prompts that are asked at most: with 8 tokens and 20 alternatives each, 1,920 values.</summary>
    private const int MostPrompts = 12;

    /// <summary>Questions of the free plan that are asked as well: repeats, and sums near 1.</summary>
    private const int FreeQuestionsKept = 4;

    /// <summary>Reads datasets; their rows are compared as one.</summary>
    /// <exception cref="HspiException">A file cannot be read, or holds no prompt that can be asked again.</exception>
    public static async Task<EnrolledReferences?> LoadAsync(IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
        {
            return null;
        }

        List<DatasetRow> rows = [];
        foreach (var file in files)
        {
            rows.AddRange((await ReadAsync(file, cancellationToken)).Rows);
        }

        var library = ProbeLibrary.Default();
        // A row names the set and the seed of its prompt; the text is made again, and found by its hash.
        var probes = rows.Select(row => (row.ProbeSet, row.Seed)).Distinct()
            .Where(set => library.List().Any(definition => definition.Id == set.ProbeSet))
            .SelectMany(set => library.Make(set.ProbeSet, set.Seed).Probes)
            .OfType<PromptProbe>();
        var references = ReferenceSet.Of(new Dataset(rows), probes, NetworkLibrary.Default().Tokenizer, MostPrompts);
        return references.Prompts.Count > 0
            ? EnrolledReferences.Of(references, rows)
            : throw new HspiException($"{string.Join(", ", files)}: holds no prompt that every platform answered and that probes/ still makes. Collect one set of prompts on all of them.");
    }

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
                $"{unread.Message} References are datasets, because both sides must be asked the same: enrol a server that you trust with `hspi collect --endpoint URL --count {MostPrompts} --platform \"engine=vllm precision=bf16\" --output trusted.parquet`.",
                unread);
        }
    }

    /// <summary>The enrolled prompts, each once, then the best of the free questions.</summary>
    public static IReadOnlyList<Question> Plan(ReferenceSet references, IReadOnlyList<Question> free, Capabilities capabilities) =>
    [
        .. references.Prompts.Select(prompt => new Question
        {
            Model = capabilities.Model,
            Prompt = prompt.Text,
            NewTokens = prompt.NewTokens,
            Alternatives = capabilities.Alternatives,
        }),
        .. free.Take(FreeQuestionsKept),
    ];
}
