using Hspi.Dialects;
using Hspi.Exchanges;

namespace Hspi.Interviews;

/// <summary>Keeps each request before it is sent: what a killed run may have paid for is known, and its limits still hold.</summary>
public static class SentNotes
{
    private const string Kind = "sending";

    /// <summary>Keeps one.</summary>
    internal static void Add(EvidenceWriter evidence, ExchangeRequest request, Usage worst) =>
        NotesJson.Add(evidence, Kind, new Sending(RequestHash.Of(request), worst.PromptTokens, worst.CompletionTokens), NotesJson.Default.Sending);

    /// <summary>The worst cost of each request that was sent, or was about to be, and whose exchange is not in the record; none of a run that is new.</summary>
    /// <exception cref="HspiException">A record is damaged.</exception>
    public static IReadOnlyList<Usage> Lost(EvidenceLog? log)
    {
        if (log is null)
        {
            return [];
        }

        var recorded = log.Exchanges.CountBy(exchange => RequestHash.Of(exchange.Request)).ToDictionary();
        return
        [
            .. log.Notes.Where(note => note.Kind == Kind).Select(note => NotesJson.Read(note, NotesJson.Default.Sending))
                .GroupBy(sending => sending.Request)
                .SelectMany(alike => alike.Skip(recorded.GetValueOrDefault(alike.Key)))
                .Select(sending => new Usage(Math.Max(0, sending.Prompt), Math.Max(0, sending.Completion))),
        ];
    }

    internal sealed record Sending(string Request, long Prompt, long Completion);
}
