using System.Text.Json;
using System.Text.RegularExpressions;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>What is said of a body, or of other JSON, in which no answer can be read: the true reason.</summary>
public static partial class NoAnswer
{
    private const int MostLooked = 100_000;
    private const int LongestMessage = 300;

    /// <summary>Why a response gives away less than it holds, or nothing; null where a dialect took all of it.</summary>
    /// <param name="found">A response.</param>
    /// <param name="answer">What a dialect read; null where none recognises it.</param>
    public static Recording? Of(Recording.Response found, ParsedAnswer? answer)
    {
        if (found.Exchange.Response is not { } response
            || answer is not null && answer.Steps.Concat(answer.PromptSteps).Concat(answer.ProbabilitySteps).Any(step => step.LogprobText is not null || step.Alternatives.Count > 0))
        {
            return null;
        }

        var events = BodyEvents.Read(response.Body);
        if (NotUnderstood(events.Values) is { } scores)
        {
            return new Recording.Unreadable(found.Where, scores);
        }

        if (answer is not null)
        {
            return null;
        }

        if (events.Values.Select(OtherInterface.Of).FirstOrDefault(name => name is not null) is { } other)
        {
            return new Recording.Unreadable(found.Where, $"{other}: another kind of interface, without token scores.");
        }

        if (events.Values.FirstOrDefault(AnswerShapes.IsBody) is { ValueKind: JsonValueKind.Object } body)
        {
            return new Recording.Unreadable(found.Where, $"An answer in a form that no dialect reads; its fields are {Fields(body)}.");
        }

        if (response.Body.Contains(":event-type", StringComparison.Ordinal))
        {
            return new Recording.Unreadable(found.Where, PackedText.EventStream);
        }

        return new Recording.Other(found.Where, ErrorBody.Find(response, events) is { } error && events.Problem != error ? $"No answer, but an error: {error}"
            : events.Values is [{ ValueKind: JsonValueKind.Object } first, ..] ? $"No answer of a model; its fields are {Fields(first)}."
            : events.Problem is { } problem ? $"No answer of a model: {problem}" : "No answer of a model.");
    }

    /// <summary>What JSON is in which no body was found by its shape: one that a dialect reads all the same, or why it is none.</summary>
    internal static Found Of(JsonElement value, Place place)
    {
        if (Deepest(value, place) is { } body)
        {
            return body;
        }

        Recording refused = NotUnderstood([value]) is { } scores ? new Recording.Unreadable(place.ToString(), scores)
            : value.IsObject && (value.At("error").IsObject || value.At("error").Text() is { Length: > 0 })
                ? new Recording.Other(place.ToString(), $"No answer, but an error: {Short(value.At("error").At("message").Text() ?? value.At("error").Text() ?? value.At("error").GetRawText())}")
            : new Recording.Other(place.ToString(), value.IsObject ? $"No answer of a model; its fields are {Fields(value)}." : "No answer of a model.");
        return new Found(default, null, Surroundings.None, place, refused);
    }

    /// <summary>Whether a dialect reads a text or scores in a body.</summary>
    internal static bool Reads(string body)
    {
        var exchange = Surroundings.None.Around(body);
        return DialectCatalog.Recognise(exchange)?.Read(exchange) is { } answer && answer.Text.Length + answer.Steps.Count + answer.PromptSteps.Count > 0;
    }

    /// <inheritdoc cref="Reads(string)"/>
    internal static bool Reads(Found found) => Reads(found.Text ?? found.Value.GetRawText());

    /// <summary>The innermost object in which a dialect reads an answer: a dialect knows its words wherever they stand.</summary>
    private static Found? Deepest(JsonElement value, Place place)
    {
        if (!(value.IsObject || value.IsArray) || !Reads(value.GetRawText()))
        {
            return null;
        }

        var inner = value.IsObject
            ? value.EnumerateObject().Select(field => Deepest(field.Value, place.Field(field.FieldName())))
            : value.Items().Select((item, index) => Deepest(item, place.Item(index)));
        return inner.FirstOrDefault(found => found is not null) ?? new Found(value, null, Surroundings.None, place);
    }

    /// <summary>Names the fields that look like scores of tokens; null where there are none.</summary>
    private static string? NotUnderstood(IEnumerable<JsonElement> values)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var left = MostLooked;
        foreach (var value in values)
        {
            Look(value, "", names, ref left);
        }

        return names.Count == 0 ? null : $"Read, but these scores are not understood: {string.Join(", ", names.Take(4).Select(name => $"`{Short(name)}`"))}.";
    }

    /// <summary>Collects the innermost names under which numbers lie that may be logarithms of probabilities.</summary>
    private static void Look(JsonElement value, string name, SortedSet<string> names, ref int left)
    {
        if (left-- <= 0)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in value.EnumerateObject())
                {
                    // Alternatives are often named after their tokens: then the name around them is the one that tells.
                    var inner = field.FieldName();
                    Look(field.Value, ScoreName().IsMatch(name) && !ScoreName().IsMatch(inner) ? name : inner, names, ref left);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Look(item, name, names, ref left);
                }

                break;
            case JsonValueKind.Number when ScoreName().IsMatch(name) && value.GetRawText().AsSpan().IndexOfAny('.', '-') >= 0:
                names.Add(name);
                break;
        }
    }

    private static string Fields(JsonElement value) =>
        value.IsObject && value.EnumerateObject().Any() ? string.Join(", ", value.EnumerateObject().Take(6).Select(field => Short(field.FieldName()))) : "none";

    private static string Short(string text) => text.Length <= LongestMessage ? text : string.Concat(text.AsSpan(0, LongestMessage), "…");

    [GeneratedRegex(@"^(?!avg|mean|cum|sum|total).*(log_?prob|likelihood)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ScoreName();
}
