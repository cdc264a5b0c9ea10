using System.Text;
using System.Text.Json;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>One body, one piece of a streamed body, or what could not be read, before pieces are put together.</summary>
/// <param name="Value">The body's JSON; undefined where it is a text or was refused.</param>
/// <param name="Text">A body that is no JSON value, such as a stream of events.</param>
/// <param name="Around">What the containers say.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="Refused">Why it is no body; null for a body.</param>
internal sealed record Found(JsonElement Value, string? Text, Surroundings Around, Place Place, Recording? Refused = null)
{
    /// <summary>A longer stream is read in parts, so that one file cannot fill the memory.</summary>
    private const int LongestStream = 16 << 20;

    /// <summary>Puts the pieces of streams together, in order.</summary>
    public static IEnumerable<Recording> Join(IEnumerable<Found> all)
    {
        var stream = new List<Found>();
        var length = 0L;
        foreach (var found in all)
        {
            var last = stream.Count > 0 ? stream[^1].Value : default;
            var belongs = found.Value.IsObject && StreamPieces.IsPiece(found.Value, last);
            if (stream.Count > 0 && (!belongs || StreamPieces.Begins(found.Value, last) || length > LongestStream))
            {
                yield return Response(stream);
                stream.Clear();
                length = 0;
            }

            if (belongs)
            {
                stream.Add(found);
                length += found.Length;
            }
            else
            {
                yield return found.Refused ?? Response([found]);
            }
        }

        if (stream.Count > 0)
        {
            yield return Response(stream);
        }
    }

    private int Length => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(Value).Length;

    private static Recording.Response Response(List<Found> pieces)
    {
        var first = pieces[0];
        var text = pieces.Count > 1
            // One event on each line; a recorder may have indented it.
            ? pieces.Aggregate(new StringBuilder(), (all, piece) => all.Append(piece.Value.GetRawText().ReplaceLineEndings(" ")).Append('\n')).ToString()
            : first.Text ?? first.Value.GetRawText();
        return new Recording.Response(first.Around.Around(text), first.Place.ToString());
    }
}
