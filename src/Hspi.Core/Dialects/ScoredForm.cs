using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>A form of answers that is only read, told by where its parts stand. One row of <see cref="ScoredForms"/>.</summary>
/// <remarks>All places are paths of <see cref="JsonPaths"/>; where there are several, the first that leads anywhere is taken.</remarks>
/// <param name="Name">Its name in reports.</param>
/// <param name="Source">The documentation or code that these places are from.</param>
/// <param name="Marks">Fields that a body of this form holds, all of them; one of several where they are separated by <c>|</c>.</param>
public sealed record ScoredForm(string Name, string Source, IReadOnlyList<string> Marks) : IDialect
{
    /// <summary>More answers in one body than any server gives.</summary>
    private const int MostChoices = 128;

    /// <summary>Fields that a body of this form never holds: those of other forms with the same marks.</summary>
    public IReadOnlyList<string> Never { get; init; } = [];

    /// <summary>From the body to each of its answers; empty where it holds one.</summary>
    public string Choices { get; init; } = "";

    /// <summary>From an answer to its text, or to pieces of it.</summary>
    public IReadOnlyList<string> Text { get; init; } = [];

    /// <summary>From an answer to the scores of its tokens.</summary>
    public IReadOnlyList<string> Scores { get; init; } = [];

    /// <summary>Where the scores are maps: what their names are. Null where they are rows, arrays or numbers.</summary>
    internal MapKeys? Maps { get; init; }

    /// <summary>From an answer to the list of tokens that were taken, where the scores are maps; empty: the one written first in each map.</summary>
    public string Taken { get; init; } = "";

    /// <summary>From the body to the scores of the prompt.</summary>
    public string PromptScores { get; init; } = "";

    /// <summary>Where the prompt's scores are maps: what their names are. Null where they are as the others.</summary>
    internal MapKeys? PromptMaps { get; init; }

    /// <summary>From an answer to why it stopped.</summary>
    public IReadOnlyList<string> Reason { get; init; } = [];

    /// <summary>From the body to the model's name.</summary>
    public IReadOnlyList<string> Model { get; init; } = ["model"];

    /// <summary>From the body to the numbers of tokens read and written.</summary>
    public (string Prompt, string Completion) Counts { get; init; }

    /// <inheritdoc/>
    public int MostAlternatives => 0;

    /// <inheritdoc/>
    public bool IsAsked => false;

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) => exchange.Response is { } response
        && Marks.All(marks => marks.Split('|').Any(mark => Holds(response.Body, mark)))
        && !Never.Any(mark => Holds(response.Body, mark));

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question) =>
        throw new UsageException($"Answers in the form {Name} are read, but hspi does not ask in it. Name another --dialect that the endpoint speaks.");

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var events = BodyEvents.Read(exchange.Response?.Body ?? "");
        var choices = new List<ChoicePieces.Choice>();
        List<Step> prompt = [];
        var (model, id) = ("", "");
        Usage? usage = null;
        foreach (var value in events.Values)
        {
            var position = 0;
            foreach (var choice in JsonPaths.Along(value, Choices).SelectMany(reached => reached.IsArray ? reached.Items() : [reached]).Take(MostChoices))
            {
                if (choices.Count == position)
                {
                    choices.Add(new ChoicePieces.Choice());
                }

                Add(choice, choices[position++]);
            }

            prompt.AddRange(PromptScores.Length > 0 ? JsonPaths.Along(value, PromptScores).SelectMany(scores => Steps(scores, PromptMaps ?? Maps, default)) : []);
            model = model.Length > 0 ? model : FirstText(value, Model);
            id = id.Length > 0 ? id : FirstText(value, ["id", "request_id"]);
            usage = (Counts.Prompt is null ? null : UsageFields.Counted(Number(value, Counts.Prompt), Number(value, Counts.Completion))) ?? usage;
        }

        var answers = choices.ConvertAll(choice => choice.ToAnswer(Name, model, id));
        var first = answers.Count > 0 ? answers[0] : new ParsedAnswer { Dialect = Name, Model = model, Id = id };
        return first with
        {
            PromptSteps = prompt,
            Usage = usage,
            Error = ErrorBody.Find(exchange.Response, events)
                ?? (answers.All(answer => answer.Text.Length + answer.Steps.Count == 0) ? $"The answer holds no text and no scores where the form {Name} has them." : null),
            OtherChoices = [.. answers.Skip(1)],
        };
    }

    private void Add(JsonElement choice, ChoicePieces.Choice collected)
    {
        foreach (var piece in JsonPaths.AlongFirst(choice, Text))
        {
            collected.Text.Append(piece.Text() ?? "");
        }

        var taken = Taken.Length > 0 ? JsonPaths.Along(choice, Taken).FirstOrDefault() : default;
        foreach (var scores in JsonPaths.AlongFirst(choice, Scores))
        {
            collected.Steps.AddRange(Steps(scores, Maps, taken));
        }

        collected.FinishReason = FirstText(choice, Reason) is { Length: > 0 } reason ? reason : collected.FinishReason;
    }

    private static IEnumerable<Step> Steps(JsonElement scores, MapKeys? maps, JsonElement taken)
    {
        // Triton's vLLM backend sends JSON within a string.
        if (scores.Text() is { } text && JsonText.TryParse(text, out var inner, out _))
        {
            scores = inner;
        }

        // Triton nests the scores of one request in those of its batch and its beams: the first beam is the answer.
        while (maps is null && scores.Item(0).IsArray)
        {
            scores = scores.Item(0);
        }

        return maps is { } keys ? ScoreMaps.Read(scores, keys, taken, firstIsChosen: true)
            : scores.NumberText() is { } single ? [new Step { LogprobText = single }] // Triton writes a list of one as its item
            : LogprobShapes.Read(scores);
    }

    private static bool Holds(string body, string field) => body.Contains($"\"{field}\"", StringComparison.Ordinal);

    private static string FirstText(JsonElement value, IEnumerable<string> paths) => JsonPaths.AlongFirst(value, paths) is [var first, ..] ? first.Text() ?? "" : "";

    private static long? Number(JsonElement value, string path) => JsonPaths.Along(value, path).FirstOrDefault().WholeNumber();
}
