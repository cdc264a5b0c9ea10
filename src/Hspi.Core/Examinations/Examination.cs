using System.Globalization;
using Hspi.Backends.Endpoint;
using Hspi.Classification;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.Circumstances;
using Hspi.Readers.Lattice;
using Hspi.Readers.LogUnit;
using Hspi.Readers.NumberText;
using Hspi.Readers.References;
using Hspi.Readers.Steadiness;
using Hspi.Readers.Surface;
using Hspi.Verdicts;

namespace Hspi.Examinations;

/// <summary>An evidence file, read and judged: every reader's finding, and the verdict that follows.</summary>
/// <remarks>Depends on the file alone: whoever examines it again, with the same version of this library, concludes the same.</remarks>
public sealed record Examination
{
    /// <summary>Tokens of one answer that are read, 32 times what a question asks for: an endpoint that sends more wants our time and memory.</summary>
    private const int MostSteps = 256;

    /// <summary>Address of the endpoint, without secrets.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The model that was asked for; empty where none was named.</summary>
    public string Model { get; init; } = "";

    /// <summary>The dialect it was asked in; empty where none was understood.</summary>
    public string Dialect { get; init; } = "";

    /// <summary>The claim in canonical form; empty without one.</summary>
    public string Claim { get; init; } = "";

    /// <summary>When the run began, ISO 8601.</summary>
    public string Started { get; init; } = "";

    /// <summary>What the answers give away by themselves.</summary>
    public required Findings Findings { get; init; }

    /// <summary>How far they agree with enrolled answers; null where the run had none.</summary>
    public ReferenceFinding? References { get; init; }

    /// <summary>What the trained classifier says; null where the run had none.</summary>
    public ClassifierFinding? Classifier { get; init; }

    /// <summary>What beside the platform may explain that answers differ from enrolled ones, and whether it is there.</summary>
    public IReadOnlyList<Circumstance> Circumstances { get; init; } = [];

    /// <summary>Questions at the end that were asked again because the claim was about to be contradicted.</summary>
    public int Again { get; init; }

    /// <summary>Prompts whose answers are not those of the claimed platform, the first ones; they are asked again before the claim is called wrong.</summary>
    internal IReadOnlyList<string> Doubtful { get; init; } = [];

    /// <summary>What could not be seen, one sentence each.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>Planned questions without an answer that holds usable numbers.</summary>
    public IReadOnlyList<OpenQuestion> Open { get; init; } = [];

    /// <summary>What the evidence cost, resumed runs included.</summary>
    public required Spent Cost { get; init; }

    /// <summary>The worst cost of each call that was sent and whose answer was never recorded, as after a kill.</summary>
    public IReadOnlyList<Usage> Lost { get; init; } = [];

    /// <summary>Whether the run came to its end.</summary>
    public Ending Ending { get; init; } = Ending.BeforeClosing;

    /// <summary>The verdict and what it follows from.</summary>
    public required Conclusion Conclusion { get; init; }

    /// <summary>What every reader saw, in the order of the reports.</summary>
    public IReadOnlyList<Reading> Readings => Together(Findings, References, Classifier);

    /// <summary>Reads everything from <paramref name="log"/>; asks nobody, looks at no clock.</summary>
    /// <exception cref="HspiException">A record in it is damaged.</exception>
    public static Examination Of(EvidenceLog log)
    {
        try
        {
            return Read(log);
        }
        catch (Exception damaged) when (damaged is not (HspiException or OutOfMemoryException))
        {
            // Whoever can write a chain of hashes can write records that do not fit together, in ways without end.
            throw new HspiException($"The evidence holds records that do not fit together: {damaged.Message} Use the file as hspi verify wrote it.", damaged);
        }
    }

    private static Examination Read(EvidenceLog log)
    {
        var read = log.Exchanges.Select(exchange => (Exchange: exchange, Answer: Parsed(exchange))).ToList();
        List<(string Question, ParsedAnswer Answer)> answers =
        [
            .. from one in read
               where one.Exchange.Request.Method == "POST" && one.Answer is { Error: null }
               select (RequestHash.Of(one.Exchange.Request), one.Answer!),
        ];
        var capabilities = RunNotes.Capabilities(log);
        var claim = log.Settings.GetValueOrDefault("claim", "");
        var findings = Read(log, answers);
        var enrolled = ReferenceNotes.Read(log) is { Classes.Count: > 0 } kept ? kept : null;
        var asked = Prompted(read, enrolled);
        var references = enrolled is null ? null : new ReferenceComparison(enrolled).Read(asked, answers.Count);
        var classifier = ClassifierNotes.Read(log) is { } folder ? ClassifierReader.Read(folder, answers.Select(one => one.Answer)) : null;
        var ending = ClosingRecord.Of(log);
        var limits = LimitsOf(log, capabilities, ending);
        var planned = PlannedQuestions.Of(log);
        var open = planned.Open(read, capabilities, Scored(enrolled));
        var model = capabilities?.Model ?? log.Settings.GetValueOrDefault("model", "");
        var circumstances = CircumstanceReader.Read(model, [.. answers.Select(one => one.Answer)], asked, enrolled);
        return new Examination
        {
            Endpoint = log.Settings.GetValueOrDefault("endpoint", ""),
            Model = model,
            Dialect = capabilities?.Dialect ?? "",
            Claim = claim,
            Started = log.Settings.GetValueOrDefault("started", ""),
            Findings = findings,
            References = references,
            Classifier = classifier,
            Circumstances = circumstances,
            Again = planned.Again,
            Doubtful = DoubtfulOf(claim, references?.Agreements ?? [], [.. asked.Select(one => one.Prompt)], planned.Prompts),
            Limits = limits,
            Open = open,
            Cost = CostOf(log, log.Exchanges.Select(Budget.Charged)),
            Lost = SentNotes.Lost(log),
            Ending = ending,
            Conclusion = VerdictRules.Conclude(new Observations
            {
                Claim = claim.Length > 0 ? PlatformClaim.Parse(claim) : null,
                Readings = Together(findings, references, classifier),
                Cores = findings.Surface.Cores,
                References = references?.Agreements ?? [],
                Logprobs = capabilities?.Logprobs,
                Circumstances = circumstances,
                Limits = limits,
                Planned = planned.Prompts.Count,
                Open = open,
                IsUnfinished = ending == Ending.Unfinished,
            }),
        };
    }

    private static IReadOnlyList<Reading> Together(Findings findings, ReferenceFinding? references, ClassifierFinding? classifier) =>
        [.. findings.Readings, .. new[] { references?.Reading, classifier?.Reading }.OfType<Reading>()];

    /// <summary>What an exchange says; null where it is no answer that some dialect can read.</summary>
    private static ParsedAnswer? Parsed(Exchange exchange) =>
        exchange.Response is not { Status: 200 } || DialectCatalog.Recognise(exchange)?.Read(exchange) is not { } answer ? null
        : Cut(answer);

    private static ParsedAnswer Cut(ParsedAnswer answer) => answer.Steps.Count <= MostSteps && answer.PromptSteps.Count <= MostSteps
        ? answer
        : answer with { Steps = [.. answer.Steps.Take(MostSteps)], PromptSteps = [.. answer.PromptSteps.Take(MostSteps)] };

    private static Findings Read(EvidenceLog log, List<(string Question, ParsedAnswer Answer)> answers)
    {
        // The readers of numbers see greedy answers only, which is all that an interview asks for.
        var parsed = answers.ConvertAll(one => one.Answer);
        return new Findings(
            new SurfaceReader(SignatureBase.Default()).Read(log.Exchanges),
            NumberTextReader.Read(parsed),
            LogitLatticeReader.Read(parsed),
            LogUnitReader.Read(parsed),
            SteadinessReader.Read(answers));
    }

    /// <summary>Answers to enrolled prompts, in the order asked.</summary>
    private static List<(string Prompt, ParsedAnswer Answer)> Prompted(List<(Exchange Exchange, ParsedAnswer? Answer)> read, ReferenceSet? enrolled)
    {
        var prompts = (enrolled?.Prompts ?? []).Select(prompt => prompt.Text).ToHashSet(StringComparer.Ordinal);
        var scored = Scored(enrolled);
        return [.. from one in read
                   where one.Answer is not null
                   let prompt = AskedPrompt.In(one.Exchange.Request, prompts)
                   where prompt is not null
                   select (prompt, scored.Contains(prompt) ? Cut(one.Answer.WithPrompt()) : one.Answer)];
    }

    private static HashSet<string> Scored(ReferenceSet? enrolled) => (enrolled?.Prompts ?? []).Where(prompt => prompt.ScorePrompt).Select(prompt => prompt.Text).ToHashSet(StringComparer.Ordinal);

    private static IReadOnlyList<string> DoubtfulOf(string claim, IReadOnlyList<ReferenceAgreement> references, List<string> compared, IReadOnlyList<string> planned)
    {
        if (claim.Length == 0)
        {
            return [];
        }

        var own = ReferenceRules.Claimed(PlatformClaim.Parse(claim), references);
        return [.. AnswerOwner.Compared(references).Where(answer => !own.Exists(one => AnswerOwner.Owns(one, answer))).Select(answer => compared[answer]).Concat(planned).Distinct().Take(Interview.MostAgain)];
    }

    private static IReadOnlyList<string> LimitsOf(EvidenceLog log, CapabilitiesNote? capabilities, Ending ending) =>
    [
        .. capabilities?.Limits ?? ["The endpoint was not understood, so nothing but its surface could be read."],
        .. RunNotes.Limits(log),
        .. ending switch
        {
            Ending.Unfinished => ["The evidence is unfinished: it has no closing record. The run was stopped or still goes on, or somebody cut the file."],
            Ending.BeforeClosing => ["The evidence is from before closing records: whether its run came to its end cannot be seen."],
            _ => (string[])[],
        },
        .. log.Truncated ? ["The evidence file ends in the middle of a record: it is judged up to there."] : (string[])[],
    ];

    /// <summary>Counted from the record, so that a resumed run reports everything that its evidence cost.</summary>
    private static Spent CostOf(EvidenceLog log, IEnumerable<Usage> usage)
    {
        var (prompt, completion) = (0L, 0L);
        foreach (var one in usage)
        {
            prompt += one.PromptTokens;
            completion += one.CompletionTokens;
        }

        return new Spent(log.Exchanges.Count, prompt, completion, PriceOf(log)?.Of(prompt, completion));
    }

    private static Price? PriceOf(EvidenceLog log) =>
        decimal.TryParse(log.Settings.GetValueOrDefault("price-in", ""), CultureInfo.InvariantCulture, out var priceIn)
        && decimal.TryParse(log.Settings.GetValueOrDefault("price-out", ""), CultureInfo.InvariantCulture, out var priceOut)
            ? new Price(priceIn, priceOut)
            : null;
}
