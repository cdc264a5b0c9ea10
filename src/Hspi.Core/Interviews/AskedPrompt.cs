using System.Text.Json;
using Hspi.Exchanges;

namespace Hspi.Interviews;

/// <summary>Finds the prompt inside a recorded request, in whatever words the dialect put it.</summary>
public static class AskedPrompt
{
    /// <summary>The first of <paramref name="prompts"/> that stands, whole, as a text value of the request's body; null for none.</summary>
    public static string? In(ExchangeRequest request, IReadOnlySet<string> prompts)
    {
        try
        {
            using var body = JsonDocument.Parse(request.Body);
            return Texts(body.RootElement).FirstOrDefault(prompts.Contains);
        }
        catch (JsonException)
        {
            // A recorded request of another program need not be JSON: then it asks no prompt of ours.
            return null;
        }
    }

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Texts(property.Value)),
        _ => [],
    };
}
