using System.Globalization;
using Hspi.Answers;
using Hspi.Datasets;
using Hspi.Dialects;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Networks.Text;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Comparisons;

/// <summary>One of two sides: whatever answered.</summary>
/// <param name="Name">What to call it: an address, or a file.</param>
/// <param name="Samples">Its answers, errors left out.</param>
public sealed record ComparedSide(string Name, IReadOnlyList<Sample> Samples)
{
    private const int MostAlternatives = 20;

    /// <summary>Whether it was computed where nobody else asks, so that one answer stands for all.</summary>
    public bool Steady { get; init; }

    /// <summary>Names the run in which both sides were asked by turns, in an order drawn by lot; empty where there was none.</summary>
    public string Run { get; init; } = "";

    /// <summary>Whether all that such a run had planned was answered.</summary>
    public bool Complete { get; init; } = true;

    /// <summary>What its answers give away by themselves; null where only enrolled numbers are kept.</summary>
    public Findings? Findings { get; init; }

    /// <summary>What could not be seen.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>The greedy answers of an evidence file, of <c>hspi verify</c> or <c>hspi compare</c>.</summary>
    public static ComparedSide Of(EvidenceLog log, string name)
    {
        var planned = PlannedQuestions.Of(log).Prompts.ToHashSet(StringComparer.Ordinal);
        var asked = new Dictionary<string, int>(StringComparer.Ordinal);
        List<Sample> samples = [];
        foreach (var exchange in log.Exchanges.Where(exchange => exchange.Request.Method == "POST"))
        {
            // What the client asks again is no answer yet.
            if (AskedPrompt.In(exchange.Request, planned) is not { } prompt || exchange.Response is { Status: 408 or 425 or 429 or >= 500 })
            {
                continue;
            }

            // A question that got no answer keeps its turn: the rounds of both sides stay together.
            var round = asked[prompt] = asked.GetValueOrDefault(prompt, -1) + 1;
            if (exchange.Response is { Status: 200 } && DialectCatalog.Recognise(exchange)?.Read(exchange) is { Error: null } answer)
            {
                samples.Add(new Sample(prompt, round, answer));
            }
        }

        var examination = Examination.Of(log);
        var run = PairedRun.NameOf(log);
        return new ComparedSide(name, samples)
        {
            Run = run,
            Complete = run.Length == 0 || examination.Open.Count == 0,
            Findings = examination.Findings,
            Limits = examination.Limits,
        };
    }

    /// <summary>The answers of one platform of a dataset.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="wanted">The platform; null where there is only one.</param>
    /// <param name="tokenizer">Names the token ids of local answers as a server of ours prints them.</param>
    /// <exception cref="HspiException">Not exactly one platform fits, or it answered no prompt that can be made again.</exception>
    public static ComparedSide Of(Dataset dataset, string name, PlatformClaim? wanted, ITextTokenizer tokenizer)
    {
        var fitting = dataset.Platforms.Where(platform => wanted is null || wanted.Matches(platform)).ToList();
        if (fitting is not [var only])
        {
            throw new HspiException($"{name}: {fitting.Count} platforms fit, and one side is one platform. Name it with --platform-a or --platform-b, as `hspi dataset info` does.");
        }

        var rows = dataset.Rows.Where(row => row.Platform == only && row.Unsupported is null).ToList();
        var texts = EnrolledReferences.PromptsOf(rows).DistinctBy(probe => probe.ContentHash).ToDictionary(probe => probe.ContentHash, probe => probe.Prompt, StringComparer.Ordinal);
        List<Sample> samples =
        [
            .. from answer in rows.Where(row => texts.ContainsKey(row.ProbeHash)).GroupBy(row => (row.ProbeHash, row.Sample))
               select new Sample(texts[answer.Key.ProbeHash], answer.Key.Sample, Printed(answer.OrderBy(row => row.Step).Select(row => ReferenceSet.StepOf(row, tokenizer)))),
        ];
        return samples.Count > 0
            ? new ComparedSide($"{name} {only}", samples) { Steady = ReferenceSet.RepeatsOf(rows) == Repeats.NotNeeded }
            : throw new HspiException($"{name}: holds no prompt that probes/ still makes. Collect prompts, such as random-words.");
    }

    private static ParsedAnswer Printed(IEnumerable<ReferenceStep> steps)
    {
        List<Step> printed =
        [
            .. steps.Select(step => new Step
            {
                Token = step.Token,
                // As many as a server would show.
                Alternatives = [.. step.Logprobs.Select(pair => new Alternative(null, pair.Key, pair.Value)).OrderByDescending(one => double.Parse(one.LogprobText, CultureInfo.InvariantCulture)).Take(MostAlternatives)],
            }),
        ];
        return new ParsedAnswer { Dialect = "enrolled", Steps = printed, Text = string.Concat(printed.Select(step => step.Token)) };
    }
}
