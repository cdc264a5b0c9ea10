using System.Text;
using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Puts the choices of OpenAI-like bodies together, whether they came whole or in pieces.</summary>
internal sealed class ChoicePieces
{
    /// <summary>More choices than any server offers: a stream that numbers its choices at random cannot fill the memory.</summary>
    private const int MostChoices = 128;

    private readonly SortedDictionary<int, Choice> _choices = [];
    private string _model = "";
    private string _id = "";
    private Usage? _usage;

    /// <summary>Reads every event; <paramref name="readChoice"/> takes what one choice of one event holds.</summary>
    public static ParsedAnswer Read(string dialect, Exchange exchange, Action<JsonElement, Choice> readChoice)
    {
        var events = BodyEvents.Read(exchange.Response?.Body ?? "");
        var pieces = new ChoicePieces();
        foreach (var value in events.Values)
        {
            pieces.Add(value, readChoice);
        }

        return pieces.ToAnswer(dialect, ErrorBody.Find(exchange.Response, events));
    }

    private void Add(JsonElement value, Action<JsonElement, Choice> readChoice)
    {
        _model = _model.Length > 0 ? _model : value.At("model").Text() ?? "";
        _id = _id.Length > 0 ? _id : value.At("id").Text() ?? "";
        _usage = UsageFields.Read(value.At("usage")) ?? _usage;
        var position = 0;
        foreach (var choice in value.At("choices").Items())
        {
            var index = (int)Math.Clamp(choice.At("index").WholeNumber() ?? position, 0, MostChoices - 1);
            if (!_choices.TryGetValue(index, out var collected))
            {
                _choices[index] = collected = new Choice();
            }

            readChoice(choice, collected);
            collected.ProbabilitySteps.AddRange(LlamaProbabilities.Probabilities(value.At("completion_probabilities")));
            collected.FinishReason = choice.At("finish_reason").Text() is { Length: > 0 } reason ? reason : collected.FinishReason;
            position++;
        }
    }

    private ParsedAnswer ToAnswer(string dialect, string? error)
    {
        var answers = _choices.Values.Select(choice => choice.ToAnswer(dialect, _model, _id)).ToList();
        var first = answers.Count > 0 ? answers[0] : new ParsedAnswer { Dialect = dialect, Model = _model, Id = _id };
        return first with
        {
            Usage = _usage,
            Error = error ?? (answers.Count == 0 ? "The answer holds no choice." : null),
            OtherChoices = [.. answers.Skip(1)],
        };
    }

    /// <summary>One choice, as far as it has come.</summary>
    internal sealed class Choice
    {
        /// <summary>Generated text.</summary>
        public StringBuilder Text { get; } = new();

        /// <summary>Generated tokens with scores.</summary>
        public List<Step> Steps { get; } = [];

        /// <summary>Prompt tokens with scores.</summary>
        public List<Step> PromptSteps { get; } = [];

        /// <summary>Generated tokens with probabilities, as llama.cpp of 2024 adds them to a chat answer.</summary>
        public List<Step> ProbabilitySteps { get; } = [];

        /// <summary>The last reason that was not empty.</summary>
        public string FinishReason { get; set; } = "";

        /// <summary>What has come of it, as an answer.</summary>
        public ParsedAnswer ToAnswer(string dialect, string model, string id) => new()
        {
            Dialect = dialect,
            Model = model,
            Id = id,
            Text = Text.ToString(),
            Steps = Steps,
            PromptSteps = PromptSteps,
            ProbabilitySteps = ProbabilitySteps,
            FinishReason = FinishReason,
        };
    }
}
