using System.Text.Json;

namespace Hspi.Dialects.Json;

/// <summary>Follows a path of field names, such as <c>message.content.text</c>. A list on the way stands for each of its items.</summary>
internal static class JsonPaths
{
    /// <summary>The values at the end of the path, in order; the value itself for an empty path. <c>outputs[name=x]</c> keeps the items whose <c>name</c> is <c>x</c>.</summary>
    public static IEnumerable<JsonElement> Along(JsonElement start, string path)
    {
        IEnumerable<JsonElement> reached = [start];
        foreach (var segment in path.Length == 0 ? [] : path.Split('.'))
        {
            var filter = segment.IndexOf('[', StringComparison.Ordinal);
            var name = filter < 0 ? segment : segment[..filter];
            reached = reached.SelectMany(value => value.IsArray ? value.Items() : [value]).Select(value => value.At(name));
            if (filter >= 0)
            {
                var (field, wanted) = (segment[(filter + 1)..segment.IndexOf('=', StringComparison.Ordinal)], segment[(segment.IndexOf('=', StringComparison.Ordinal) + 1)..^1]);
                reached = reached.SelectMany(value => value.Items()).Where(item => item.At(field).Text() == wanted);
            }
        }

        return reached.Where(value => value.IsPresent);
    }

    /// <summary>The values at the end of the first of several paths that leads to any; none where all paths end nowhere.</summary>
    public static IReadOnlyList<JsonElement> AlongFirst(JsonElement start, IEnumerable<string> paths) =>
        paths.Select(path => Along(start, path).ToList()).FirstOrDefault(values => values.Count > 0) ?? [];
}
