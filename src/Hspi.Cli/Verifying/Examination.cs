using System.Globalization;
using Hspi.Backends.Endpoint;
using Hspi.Classification;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.Lattice;
using Hspi.Readers.LogUnit;
using Hspi.Readers.NumberText;
using Hspi.Readers.References;
using Hspi.Readers.Steadiness;
using Hspi.Readers.Surface;
using Hspi.Reports;
using Hspi.Verdicts;

namespace Hspi.Cli.Verifying;

/// <summary>From an evidence file to a report. `verify` and `replay` both come through here, so they cannot disagree.</summary>
internal static class Examination
{
    private const int DrawnClasses = 3;

    /// <summary>Reads everything again from <paramref name="log"/>; asks nobody, looks at no clock.</summary>
    public static VerificationReport Examine(EvidenceLog log)
    {
        var settings = log.Settings;
        var capabilities = Notes.Capabilities(log);
        var read = log.Exchanges.Select(exchange => (Exchange: exchange, Answer: Parsed(exchange))).ToList();
        var answers = Answers(read);
        var limits = Limits(log, capabilities);
        var matches = Compare(log, read);
        var classifier = ClassifierNotes.Read(log);
        var surface = new SurfaceReader(SignatureBase.Default()).Read(log.Exchanges);
        var evidence = Read(surface, answers, matches, classifier);
        var claim = settings.GetValueOrDefault("claim", "");
        return new VerificationReport
        {
            Endpoint = settings.GetValueOrDefault("endpoint", ""),
            Model = capabilities?.Model ?? settings.GetValueOrDefault("model", ""),
            Dialect = capabilities?.Dialect ?? "",
            Claim = claim,
            Started = settings.GetValueOrDefault("started", ""),
            Conclusion = VerdictRules.Conclude(new Observations
            {
                Claim = claim.Length > 0 ? PlatformClaim.Parse(claim) : null,
                Evidence = evidence,
                Cores = surface.Cores,
                References = [.. matches.Select(match => match.Agreement)],
                Limits = limits,
                Unanswered = Unanswered(log),
            }),
            Evidence = evidence,
            References = [.. matches.Select(match => match.Agreement)],
            Differences = Closest(matches),
            Confusion = ClassifierNotes.Table(classifier),
            Limits = limits,
            Answers = answers,
            Cost = Cost(log, read),
        };
    }

    /// <summary>What an exchange says, for everybody below; null where it is no answer that some dialect can read.</summary>
    private static ParsedAnswer? Parsed(Exchange exchange) =>
        exchange.Response is { Status: 200 } ? DialectCatalog.Recognise(exchange)?.Read(exchange) : null;

    /// <summary>Every answer, in the order of the file.</summary>
    private static IReadOnlyList<ReadAnswer> Answers(List<(Exchange Exchange, ParsedAnswer? Answer)> read) =>
    [
        .. from one in read
           where one.Exchange.Request.Method == "POST" && one.Answer is { Error: null }
           select new ReadAnswer(RequestHash.Of(one.Exchange.Request), one.Answer!),
    ];

    /// <summary>Questions to which nothing came back, in this run or a resumed one.</summary>
    private static int Unanswered(EvidenceLog log) => log.Exchanges
        .Where(exchange => exchange.Request.Method == "POST")
        .GroupBy(exchange => RequestHash.Of(exchange.Request))
        .Count(tries => tries.All(exchange => exchange.Response is null));

    /// <summary>Agreement with each enrolled class; empty where the run had no references.</summary>
    private static IReadOnlyList<ReferenceMatch> Compare(EvidenceLog log, List<(Exchange Exchange, ParsedAnswer? Answer)> read)
    {
        if (ReferenceNotes.Read(log) is not { } references)
        {
            return [];
        }

        var prompts = references.Prompts.Select(prompt => prompt.Text).ToHashSet(StringComparer.Ordinal);
        return ReferenceComparison.Compare(
            references,
            from one in read
            where one.Answer is not null
            let prompt = AskedPrompt.In(one.Exchange.Request, prompts)
            where prompt is not null
            select (prompt, one.Answer!));
    }

    /// <summary>For the picture: the classes that agree best, best first.</summary>
    private static IReadOnlyList<ReferenceDifferences> Closest(IReadOnlyList<ReferenceMatch> matches) =>
    [
        .. matches.Where(match => match.Differences.Count > 0)
            .OrderByDescending(match => (double)match.Agreement.Equal / match.Agreement.Compared)
            .ThenBy(match => match.Agreement.Class, StringComparer.Ordinal)
            .Take(DrawnClasses)
            .Select(match => new ReferenceDifferences(match.Agreement.Class, match.Differences)),
    ];

    private static IReadOnlyList<Evidence> Read(SurfaceFinding surface, IReadOnlyList<ReadAnswer> answers, IReadOnlyList<ReferenceMatch> matches, ModelFolder? classifier)
    {
        // The readers of numbers see greedy answers only, which is all that a verification asks for.
        var parsed = answers.Select(one => one.Answer).ToList();
        return
        [
            surface.Evidence,
            NumberTextReader.Read(parsed).Evidence,
            LogitLatticeReader.Read(parsed).Evidence,
            LogUnitReader.Read(parsed).Evidence,
            SteadinessReader.Read(answers.Select(one => (one.Question, one.Answer))).Evidence,
            .. matches.Count > 0 ? [ReferenceComparison.AsEvidence(matches, answers.Count)] : (Evidence[])[],
            .. classifier is not null ? [ClassifierEvidence.Read(classifier, parsed)] : (Evidence[])[],
        ];
    }

    private static IReadOnlyList<string> Limits(EvidenceLog log, CapabilitiesNote? capabilities) =>
    [
        .. capabilities?.Limits ?? ["The endpoint was not understood, so nothing but its surface could be read."],
        .. Notes.Limits(log),
        .. log.Truncated ? ["The evidence file ends in the middle of a record: it is judged up to there."] : (string[])[],
    ];

    /// <summary>Counted from the record, so that a resumed run reports everything that its evidence cost.</summary>
    private static RunCost Cost(EvidenceLog log, List<(Exchange Exchange, ParsedAnswer? Answer)> read)
    {
        var usage = read.Select(one => one.Answer?.Usage).OfType<Usage>().ToList();
        var (prompt, completion) = (usage.Sum(one => one.PromptTokens), usage.Sum(one => one.CompletionTokens));
        return new RunCost(log.Exchanges.Count, prompt, completion, PriceOf(log)?.Of(prompt, completion));
    }

    private static Price? PriceOf(EvidenceLog log) =>
        decimal.TryParse(log.Settings.GetValueOrDefault("price-in", ""), CultureInfo.InvariantCulture, out var priceIn)
        && decimal.TryParse(log.Settings.GetValueOrDefault("price-out", ""), CultureInfo.InvariantCulture, out var priceOut)
            ? new Price(priceIn, priceOut)
            : null;
}
