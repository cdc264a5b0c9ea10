using System.Text.Json;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Readers;

namespace Hspi.Interviews;

/// <summary>The questions of a run, decided before the first was asked: what is missing afterwards can be told, whoever left it out.</summary>
/// <param name="Prompts">In the order asked; one that is asked again stands again.</param>
/// <param name="WithinLimits">How many of them, from the first on, the limits of the run had room for.</param>
/// <param name="Again">How many of them, at the end, were asked again because the claim was about to be contradicted.</param>
public sealed record PlannedQuestions(IReadOnlyList<string> Prompts, int WithinLimits, int Again = 0)
{
    private const string Kind = "questions";
    private const int MostSaid = 120;

    /// <summary>Keeps them in the evidence.</summary>
    internal static void Add(EvidenceWriter evidence, PlannedQuestions questions) => evidence.AppendNote(Kind, JsonSerializer.Serialize(questions, NotesJson.Default.PlannedQuestions));

    /// <summary>Those of the last run that wrote into the file; in a file of before they were kept, those that were asked at least once.</summary>
    internal static PlannedQuestions Of(EvidenceLog log)
    {
        if (log.Notes.LastOrDefault(note => note.Kind == Kind) is { } kept)
        {
            return NotesJson.Read(kept, NotesJson.Default.PlannedQuestions);
        }

        var references = ReferenceNotes.Read(log)?.Prompts.Select(prompt => prompt.Text).ToList() ?? [];
        var free = FreeQuestions.Prompts(ulong.TryParse(log.Settings.GetValueOrDefault("seed", ""), out var seed) ? seed : 1);
        List<string> prompts = references.Count > 0 ? [.. references, .. free.Take(EnrolledReferences.FreeQuestionsKept)] : [.. free];
        var known = prompts.ToHashSet(StringComparer.Ordinal);
        var asked = log.Exchanges.Select(exchange => AskedPrompt.In(exchange.Request, known)).OfType<string>().CountBy(prompt => prompt).ToDictionary();
        // A repeat that was not asked is no silence.
        List<string> sent = [.. prompts.Where(prompt => asked.TryGetValue(prompt, out var left) && left > 0 && (asked[prompt] = left - 1) >= 0)];
        return new(sent, sent.Count);
    }

    /// <summary>Those without an answer that holds usable numbers, and what came instead.</summary>
    /// <param name="read">Every exchange, and what it says; null where no dialect can read it.</param>
    /// <param name="capabilities">What the endpoint was seen to give before; null where it was never understood.</param>
    /// <param name="scored">Prompts whose own tokens were to be scored.</param>
    internal IReadOnlyList<OpenQuestion> Open(IEnumerable<(Exchange Exchange, ParsedAnswer? Answer)> read, CapabilitiesNote? capabilities, IReadOnlySet<string> scored)
    {
        var known = Prompts.ToHashSet(StringComparer.Ordinal);
        var tries = (from one in read
                     where one.Exchange.Request.Method == "POST"
                     let prompt = AskedPrompt.In(one.Exchange.Request, known)
                     where prompt is not null
                     select (prompt, Missing: Missing(one.Exchange, one.Answer, capabilities, scored.Contains(prompt))))
            .ToLookup(one => one.prompt, one => one.Missing, StringComparer.Ordinal);
        var left = tries.ToDictionary(one => one.Key, one => one.Count(missing => missing is null), StringComparer.Ordinal);
        List<OpenQuestion> open = [];
        for (var i = 0; i < Prompts.Count; i++)
        {
            if (left.GetValueOrDefault(Prompts[i]) > 0)
            {
                left[Prompts[i]]--;
            }
            else
            {
                open.Add(new OpenQuestion(i + 1, tries[Prompts[i]].LastOrDefault(missing => missing is not null) ?? OpenQuestion.NotAsked, i < WithinLimits));
            }
        }

        return open;
    }

    /// <summary>What is wrong with an answer; null where it holds the numbers that were asked for.</summary>
    private static string? Missing(Exchange exchange, ParsedAnswer? answer, CapabilitiesNote? capabilities, bool scored)
    {
        if (exchange.Response is not { } response)
        {
            return "nothing came back";
        }

        if (response.Status != 200)
        {
            var said = DialectCatalog.Recognise(exchange)?.Read(exchange).Error ?? response.Body;
            return Short(said.StartsWith("HTTP ", StringComparison.Ordinal) ? said : $"HTTP {response.Status}: {said}");
        }

        if (answer is null)
        {
            return "an answer that cannot be read";
        }

        if (answer.Error is { } error)
        {
            return $"an error: {Short(error)}";
        }

        return scored && answer.PromptSteps.Count == 0 ? "an answer without scores of the prompt"
            : !answer.Steps.Any(step => IsNumber(step.LogprobText) || step.Alternatives.Any(one => IsNumber(one.LogprobText))) ? "an answer without logprobs"
            : capabilities?.Alternatives >= 2 && answer.Steps.All(step => step.Alternatives.Count < 2) ? "an answer without alternatives"
            : null;
    }

    private static string Short(string text) => text.Length <= MostSaid ? text : text[..MostSaid] + "…";

    private static bool IsNumber(string? text) => PrintedNumber.TryReadLogprob(text, out var number) && number.Value != 0;
}

/// <summary>A planned question to which no usable numbers came.</summary>
/// <param name="Number">From 1, in the order planned.</param>
/// <param name="Came">What came instead, such as <c>HTTP 400: logprobs is not supported</c>.</param>
/// <param name="WithinLimits">Whether the limits of the run had room for it: then its silence may be the endpoint's choice.</param>
public sealed record OpenQuestion(int Number, string Came, bool WithinLimits)
{
    /// <summary>What came of a question that the run did not reach.</summary>
    internal const string NotAsked = "not asked";
}
