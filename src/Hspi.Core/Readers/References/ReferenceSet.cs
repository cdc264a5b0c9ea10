using System.Globalization;
using Hspi.Answers;
using Hspi.Datasets;
using Hspi.Networks.Text;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Readers.References;

/// <summary>What enrolled classes of platforms answered to some prompts, in the form in which an endpoint's answers can be held against it.</summary>
/// <param name="Prompts">The prompts, exactly as they are sent.</param>
/// <param name="Classes">The classes; no two answered all prompts alike.</param>
public sealed record ReferenceSet(IReadOnlyList<ReferencePrompt> Prompts, IReadOnlyList<EnrolledClass> Classes)
{
    /// <summary>Takes the prompt answers out of a dataset.</summary>
    /// <param name="dataset">Answers of enrolled platforms; images and products are passed over.</param>
    /// <param name="probes">The prompts that rows may refer to, found again by content hash.</param>
    /// <param name="tokenizer">Names the token ids of local answers as a server of ours prints them.</param>
    /// <param name="most">Prompts to take at most, in the order of <paramref name="probes"/>.</param>
    /// <returns>Only prompts that every platform of the dataset answered when first asked are taken: classes are merged by the same answers. A repetition that was refused is none.</returns>
    public static ReferenceSet Of(Dataset dataset, IEnumerable<PromptProbe> probes, ITextTokenizer tokenizer, int most)
    {
        var platforms = dataset.Platforms.Count;
        var answered = dataset.Rows
            .Where(row => row.Unsupported is null && row.Sample == 0)
            .GroupBy(row => row.ProbeHash)
            .Where(rows => rows.Select(row => row.Platform).Distinct().Count() == platforms)
            .Select(rows => rows.Key)
            .ToHashSet(StringComparer.Ordinal);
        List<PromptProbe> asked = [.. probes.Where(probe => answered.Contains(probe.ContentHash)).DistinctBy(probe => probe.ContentHash).Take(most)];
        var hashes = asked.Select(probe => probe.ContentHash).ToHashSet(StringComparer.Ordinal);
        var kept = dataset.Where(row => row.Unsupported is null && hashes.Contains(row.ProbeHash));
        var rowsOf = kept.Rows.GroupBy(row => row.Platform).ToDictionary(rows => rows.Key, rows => rows.ToLookup(row => row.ProbeHash));
        var repeats = kept.Rows.GroupBy(row => row.Platform).ToDictionary(rows => rows.Key, rows => RepeatsOf([.. rows]));
        return new ReferenceSet(
            [.. asked.Select(probe => new ReferencePrompt(probe.Prompt, probe.NewTokens) { ScorePrompt = probe.ScorePrompt, Counted = CountsOf(probe, kept.Rows, tokenizer) })],
            [
                // One repetition is enough: a platform whose repetitions differ is not one platform.
                .. kept.Where(row => row.Sample == 0).Classes().Select(one => new EnrolledClass(
                    one.Name,
                    one.Members,
                    [.. asked.Select(probe => (IReadOnlyList<ReferenceStep>)[.. rowsOf[one.Members[0]][probe.ContentHash].Where(row => row.Sample == 0).OrderBy(row => row.Step).Select(row => StepOf(row, tokenizer))])])
                {
                    Others = [.. asked.Select(probe => OthersOf([.. one.Members.SelectMany(member => rowsOf[member][probe.ContentHash])], tokenizer))],
                    Repeats = one.Members.Max(member => repeats[member]),
                }),
            ]);
    }

    /// <summary>As the servers counted, and as the tokenizer of local platforms does.</summary>
    private static IReadOnlyList<int> CountsOf(PromptProbe probe, IReadOnlyList<DatasetRow> rows, ITextTokenizer tokenizer)
    {
        var own = rows.Where(row => row.ProbeHash == probe.ContentHash).ToList();
        var counted = own.Select(row => row.PromptTokens).OfType<int>();
        return [.. (own.Exists(row => !row.IsOfServer && row.PromptTokens is null) ? counted.Append(tokenizer.CountPrompt(probe.Prompt)) : counted).Distinct().Order()];
    }

    /// <summary>Answers of a class to one probe that are not the first ones, as often as they were given; none where all are alike.</summary>
    private static IReadOnlyList<IReadOnlyList<ReferenceStep>> OthersOf(IReadOnlyList<DatasetRow> rows, ITextTokenizer tokenizer)
    {
        if (!IsRepeated(rows))
        {
            return [];
        }

        List<List<DatasetRow>> answers =
        [
            .. from answer in rows.GroupBy(row => (row.Platform, row.Sample))
               orderby answer.Key.Sample
               select answer.OrderBy(row => row.Step).ToList(),
        ];
        return answers.Select(TextOf).Distinct(StringComparer.Ordinal).Count() == 1
            ? []
            : [.. answers.Skip(1).Select(answer => (IReadOnlyList<ReferenceStep>)[.. answer.Select(row => StepOf(row, tokenizer))])];
    }

    /// <summary>Whether the answers of one platform agree with those to the same probes asked again, as far as no callers of our own used it.</summary>
    public static Repeats RepeatsOf(IReadOnlyList<DatasetRow> all)
    {
        if (all.Any(row => row.IsNearly))
        {
            return Repeats.Computed;
        }

        List<DatasetRow> rows = [.. all.Where(row => row.Unsupported is null && (row.Callers ?? 0) == 0)];
        var untried = !all.Any(row => row.IsOfServer) ? Repeats.NotNeeded : Repeats.Unknown;
        if (!IsRepeated(rows))
        {
            return untried;
        }

        var answers = rows.GroupBy(row => (row.ProbeHash, row.Sample))
            .Select(answer => (answer.Key.ProbeHash, Text: TextOf(answer.OrderBy(row => row.Step))))
            .ToLookup(answer => answer.ProbeHash, answer => answer.Text, StringComparer.Ordinal);
        return answers.Any(probe => probe.Distinct(StringComparer.Ordinal).Count() > 1) ? Repeats.Differ
            : answers.All(probe => probe.Count() > 1) ? Repeats.Agree
            : untried;
    }

    private static bool IsRepeated(IReadOnlyList<DatasetRow> rows) => rows.Any(row => row.Sample > 0);

    /// <summary>Every kept bit of one answer.</summary>
    private static string TextOf(IEnumerable<DatasetRow> steps) => string.Join('\n', steps.Select(row =>
        string.Join(' ', [row.Token, row.LogprobText ?? "", .. row.TopTokens, .. row.TopLogprobs, .. row.LogitBits.Select(bits => bits.ToString(CultureInfo.InvariantCulture))])));

    /// <summary>A row as a server would have printed it.</summary>
    internal static ReferenceStep StepOf(DatasetRow row, ITextTokenizer tokenizer)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < row.TopTokens.Count; i++)
        {
            values.TryAdd(row.TopTokens[i], row.TopLogprobs[i]);
        }

        if (row.LogprobText is { } own)
        {
            // A token of the prompt need not be among the alternatives.
            values.TryAdd(row.Token, own);
        }

        // Answers of a model out of a file bring the names of its tokens along.
        if (row.LogSum is not { } logSum || row.TopTokens.Count > 0)
        {
            return new ReferenceStep(row.Token, values);
        }

        var ids = row.LogitIds.Count > 0 ? row.LogitIds : Enumerable.Range(0, row.LogitCount);
        var logits = row.LogitBits.Select(BitConverter.Int32BitsToSingle).ToList();
        var greatest = (double)logits.Max();
        foreach (var (id, logit) in ids.Zip(logits))
        {
            // The canonical logprob (LogSoftmax), from the same maximum and the same sum.
            values.TryAdd(tokenizer.NameOf(id), LogSoftmax.Text((float)(logit - greatest - logSum)));
        }

        return new ReferenceStep(row.TokenId is { } chosen ? tokenizer.NameOf(chosen) : row.Token, values);
    }
}

/// <summary>An enrolled prompt.</summary>
/// <param name="Text">As it is sent.</param>
/// <param name="NewTokens">Tokens that were generated, from 1.</param>
public sealed record ReferencePrompt(string Text, int NewTokens)
{
    /// <summary>Its tokens as enrolled platforms count them, each count once; empty where none is known.</summary>
    public IReadOnlyList<int> Counted { get; init; } = [];

    /// <summary>Whether its own tokens were scored as well, and stand before the new ones.</summary>
    public bool ScorePrompt { get; init; }
}

/// <summary>Platforms that answered every prompt bit for bit alike, and how.</summary>
/// <param name="Name">Name of the class.</param>
/// <param name="Members">At least one.</param>
/// <param name="Answers">For each prompt its steps, in order.</param>
public sealed record EnrolledClass(string Name, IReadOnlyList<Platform> Members, IReadOnlyList<IReadOnlyList<ReferenceStep>> Answers)
{
    /// <summary>For each prompt, the answers that its members gave when they were asked again; empty where none differed.</summary>
    public IReadOnlyList<IReadOnlyList<IReadOnlyList<ReferenceStep>>> Others { get; init; } = [];

    /// <summary>Whether some answer differs from another to the same prompt, alone or among callers, or none is exact.</summary>
    public bool IsNoisy => Repeats == Repeats.Computed || Others.Any(answers => answers.Count > 0);

    /// <summary>Every answer to one prompt, the first one first.</summary>
    public IEnumerable<IReadOnlyList<ReferenceStep>> All(int prompt) => Others.Count > prompt ? Others[prompt].Prepend(Answers[prompt]) : [Answers[prompt]];

    /// <summary>Whether its members agree with themselves; the worst of them counts.</summary>
    public Repeats Repeats { get; init; }
}

/// <summary>One enrolled step.</summary>
/// <param name="Token">The chosen token's text.</param>
/// <param name="Logprobs">Logprobs as text by token text: whole digits for local platforms, as sent for endpoints.</param>
public sealed record ReferenceStep(string Token, IReadOnlyDictionary<string, string> Logprobs);
