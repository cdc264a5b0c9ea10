using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>Lines of JSON: each a body, an exchange, a row of a log, or an event of a stream; the events of one stream become one response again.</summary>
internal static class JsonLines
{
    /// <summary>Reads <paramref name="first"/> and what follows.</summary>
    public static IEnumerable<Recording> Read(string first, BoundedLines lines) => Found.Join(All(first, lines));

    private static IEnumerable<Found> All(string first, BoundedLines lines)
    {
        for (var line = first; line is not null; line = lines.Next())
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            var place = Place.File.Part($"line {lines.Number}");
            if (!JsonText.TryParse(line, out var value, out var problem))
            {
                yield return Refused(place, $"It is not JSON: {problem}");
                continue;
            }

            foreach (var found in AnswerWalk.Of(value, place))
            {
                yield return found;
            }
        }

        if (lines.Problem is { } broken)
        {
            yield return Refused(Place.File.Part($"line {lines.Number}"), broken);
        }
    }

    private static Found Refused(Place place, string what) => new(default, null, Surroundings.None, place, new Recording.Unreadable(place.ToString(), what));
}
