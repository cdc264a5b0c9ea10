using System.Globalization;
using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Exchanges;

namespace Hspi.Interviews;

/// <summary>Asks an endpoint, within its limits; every answer is on disk before the next question.</summary>
public static class Interview
{
    /// <summary>Questions that may be given up before the rest is not asked: silence must not hold a run for hours.</summary>
    internal const int MostStalls = 3;

    /// <summary>Questions that are asked again before a claim is called wrong, at most.</summary>
    public const int MostAgain = 3;

    /// <summary>Asks everything, into a new evidence file.</summary>
    /// <param name="settings">Whom, and what it may cost.</param>
    /// <param name="evidencePath">The file to write; must not exist.</param>
    /// <param name="progress">Gets a line before each question; null for none.</param>
    /// <param name="cancellationToken">Ends it at once; what was answered is in the file.</param>
    /// <exception cref="UsageException">The limits are no limits; nothing is written then.</exception>
    /// <exception cref="HspiException">The endpoint cannot be asked at all, or the file cannot be written.</exception>
    public static async Task AskAsync(InterviewSettings settings, string evidencePath, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var budget = new Budget(settings.Limits);
        using var evidence = EvidenceWriter.Create(evidencePath, settings.ToText(), settings.Secrets);
        if (settings.References is { } references)
        {
            ReferenceNotes.Add(evidence, references.Set);
        }

        if (settings.Classifier is { } classifier)
        {
            ClassifierNotes.Add(evidence, classifier);
        }

        await AskAsync(settings, budget, evidence, null, [], progress, cancellationToken);
    }

    /// <summary>Asks what an earlier run left open; what that one spent counts against the limits.</summary>
    /// <param name="settings">As the file was begun.</param>
    /// <param name="evidencePath">The file to go on with.</param>
    /// <param name="progress">Gets a line before each question; null for none.</param>
    /// <param name="cancellationToken">Ends it at once; what was answered is in the file.</param>
    /// <exception cref="UsageException">The file was begun with other words.</exception>
    /// <exception cref="HspiException">It is no evidence file, was changed, or cannot be written; or the endpoint cannot be asked.</exception>
    public static Task ResumeAsync(InterviewSettings settings, string evidencePath, IProgress<string>? progress, CancellationToken cancellationToken) =>
        ResumeAsync(settings, evidencePath, [], progress, cancellationToken);

    /// <summary>The same, and then asks some questions again.</summary>
    /// <param name="settings">As the file was begun.</param>
    /// <param name="evidencePath">The file to go on with.</param>
    /// <param name="again">Prompts of the run.</param>
    /// <param name="progress">Gets a line before each question; null for none.</param>
    /// <param name="cancellationToken">Ends it at once; what was answered is in the file.</param>
    internal static async Task ResumeAsync(InterviewSettings settings, string evidencePath, IReadOnlyList<string> again, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var budget = new Budget(settings.Limits);
        using var evidence = EvidenceWriter.Continue(evidencePath, settings.Secrets, out var recorded);
        Resumption.Check(recorded, evidencePath, settings);
        await AskAsync(settings, budget, evidence, recorded, again, progress, cancellationToken);
    }

    private static async Task AskAsync(
        InterviewSettings settings, Budget budget, EvidenceWriter evidence, EvidenceLog? recorded, IReadOnlyList<string> again, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        budget.Charge(recorded?.Exchanges ?? [], SentNotes.Lost(recorded));
        using var client = new EndpointClient(
            settings.Endpoint, settings.Key, budget, settings.Clock, evidence.Append, Paid(recorded), (request, worst) => SentNotes.Add(evidence, request, worst));
        try
        {
            await AskAsync(settings, client, budget, evidence, recorded, again, progress, cancellationToken);
        }
        catch (StalledException stalled)
        {
            // Silence at the first words is no failure of ours either: nothing was seen, and the verdict says so.
            RunNotes.AddLimit(evidence, $"{stalled.Message} Nothing more was asked.");
        }
        catch (BudgetException reached)
        {
            // A limit is no failure: what was asked so far is judged, and the report says that more was planned.
            RunNotes.AddLimit(evidence, $"{reached.Message} The rest was not asked.");
        }

        ClosingRecord.Add(evidence);
    }

    /// <summary>Answers that need not be asked for again: not those that said "later".</summary>
    internal static RecordedExchanges Paid(EvidenceLog? recorded) =>
        new((recorded?.Exchanges ?? []).Where(exchange => !ServerPatience.AsksForPatience(exchange)));

    private static async Task AskAsync(
        InterviewSettings settings, EndpointClient client, Budget budget, EvidenceWriter evidence, EvidenceLog? recorded, IReadOnlyList<string> again, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var capabilities = await CapabilityProbe.AskAsync(client, settings.Model, settings.Dialect, settings.Provider, cancellationToken);
        RunNotes.Add(evidence, capabilities);
        foreach (var caution in settings.References?.Cautions(capabilities) ?? [])
        {
            RunNotes.AddLimit(evidence, caution);
        }

        var planned = settings.Questions(capabilities);
        List<Question> questions = [.. planned, .. again.Select(prompt => planned.First(question => question.Prompt == prompt))];
        PlannedQuestions.Add(evidence, new([.. questions.Select(question => question.Prompt)], WithinLimits(questions, capabilities, client, budget, recorded), again.Count));
        for (var (asked, stalls) = (0, 0); asked < questions.Count && stalls < MostStalls; asked++)
        {
            progress?.Report($"question {asked + 1} of {questions.Count}{(client.Left is { } left ? string.Create(CultureInfo.InvariantCulture, $", {left.TotalSeconds:0} s left") : "")}");
            try
            {
                await client.SendAsync(capabilities.Dialect.Request(questions[asked]), capabilities.Dialect, questions[asked].NewTokens, cancellationToken);
            }
            catch (RefusedException refused)
            {
                RunNotes.AddLimit(evidence, $"{refused.Message} The rest was not asked.");
                break;
            }
            catch (StalledException stalled)
            {
                stalls++;
                var rest = stalls == MostStalls ? $" After {stalls} such questions the rest was not asked." : "";
                RunNotes.AddLimit(evidence, $"Question {asked + 1} of {questions.Count} was given up: {stalled.Message}{rest}");
            }
        }
    }

    /// <summary>How many questions, from the first on, are paid for or can be paid for, if each is answered at the first try.</summary>
    private static int WithinLimits(IReadOnlyList<Question> questions, Capabilities capabilities, EndpointClient client, Budget budget, EvidenceLog? recorded)
    {
        var paid = Paid(recorded);
        var (within, open) = (0, new List<Usage>());
        foreach (var question in questions)
        {
            var request = client.Prepared(capabilities.Dialect.Request(question));
            if (paid.Take(request) is null)
            {
                open.Add(Budget.WorstCase(request, question.NewTokens));
                if (!budget.HasRoomFor(open))
                {
                    break;
                }
            }

            within++;
        }

        return within;
    }
}
