using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>Knows an answer again that lies twice in one record, as sent and in the recorder's own form.</summary>
/// <remarks>Only what parts at a field is compared: items of one list are answers of their own, however alike.</remarks>
internal sealed class SameAnswer
{
    private const int MostLooked = 400;
    private const int MostScores = 8;

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _scores = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _idOf = [];

    /// <summary>Notes the body at <paramref name="index"/>.</summary>
    public void Add(Found found, int index)
    {
        var (id, scores, text) = Marks(found);
        _idOf[index] = id;
        foreach (var (marks, mark) in new[] { (_ids, id), (_scores, scores), (_texts, scores.Length > 0 ? "" : text) })
        {
            if (mark.Length > 0)
            {
                marks.TryAdd(mark, index);
            }
        }
    }

    /// <summary>The index of the noted body that is the same answer; null where none is.</summary>
    public int? Find(Found found)
    {
        var (id, scores, text) = Marks(found);
        if (id.Length > 0 && _ids.TryGetValue(id, out var index))
        {
            return index;
        }

        return (scores.Length > 0 ? _scores.TryGetValue(scores, out index) : _texts.TryGetValue(text, out index)) && (id.Length == 0 || _idOf[index].Length == 0) ? index : null;
    }

    private static (string Id, string Scores, string Text) Marks(Found found)
    {
        var value = found.Value.IsObject ? found.Value : BodyEvents.Read(found.Text ?? "").Values is [var first, ..] ? first : default;
        List<string> scores = [];
        var (text, left) = ("", MostLooked);
        Look(value, "", scores, ref text, ref left);
        return (value.At("id").Text() ?? "", string.Join(' ', scores), text);
    }

    private static void Look(JsonElement value, string name, List<string> scores, ref string text, ref int left)
    {
        if (left-- <= 0 || scores.Count >= MostScores)
        {
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var field in value.EnumerateObject())
                {
                    Look(field.Value, field.FieldName(), scores, ref text, ref left);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Look(item, name, scores, ref text, ref left);
                }

                break;
            case JsonValueKind.Number when value.GetRawText() is ['-', ..] number && number.Contains('.', StringComparison.Ordinal):
                scores.Add(number);
                break;
            case JsonValueKind.String when text.Length == 0 && name is "content" or "text" or "generated_text" or "response" or "output_text":
                text = value.Text() ?? "";
                break;
        }
    }
}
