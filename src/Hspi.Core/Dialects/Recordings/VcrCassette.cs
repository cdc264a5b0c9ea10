using System.Text;
using Hspi.Dialects.Json;

namespace Hspi.Dialects.Recordings;

/// <summary>VCR cassettes: <c>interactions: [{request, response}]</c>, with bodies as text or, in newer clients, as parsed YAML.</summary>
internal static class VcrCassette
{
    /// <summary>Whether a text begins like one.</summary>
    public static bool Recognises(ReadOnlySpan<char> start) =>
        start.StartsWith("interactions:") || start.StartsWith("http_interactions:") || start.StartsWith("version: 1\ninteractions:") || start.StartsWith("---\ninteractions:");

    /// <summary>Every interaction, in order.</summary>
    public static IEnumerable<Recording> Read(string text)
    {
        if (!YamlSubset.TryToJson(text, out var json, out var problem))
        {
            return [new Recording.Unreadable(1, problem)];
        }

        if (!JsonText.TryParse(json, out var cassette, out var wrong))
        {
            return [new Recording.Unreadable(1, $"Its YAML cannot be read: {wrong}")];
        }

        var interactions = cassette.At("interactions").IsArray ? cassette.At("interactions") : cassette.At("http_interactions");
        return interactions.Items().Select(Interaction);
    }

    private static Recording Interaction(System.Text.Json.JsonElement interaction)
    {
        // The exchange in our own words. A parsed body was sorted by the recorder: its order says nothing of the server.
        var response = interaction.At("response");
        var body = response.At("body");
        var parsed = response.At("parsed_body");
        var text = new StringBuilder("{\"request\":{\"method\":");
        Append(text, interaction.At("request").At("method")).Append(",\"url\":");
        Append(text, interaction.At("request").At("uri")).Append(",\"headers\":");
        Append(text, interaction.At("request").At("headers")).Append(",\"body\":");
        Append(text, interaction.At("request").Has("parsed_body") ? interaction.At("request").At("parsed_body") : interaction.At("request").At("body"));
        text.Append("},\"response\":{\"status\":");
        Append(text, response.At("status")).Append(",\"headers\":");
        Append(text, response.At("headers")).Append(",\"body\":");
        Append(text, parsed.IsPresent ? parsed : body.At("string").IsPresent ? body.At("string") : body);
        text.Append("}}");
        return JsonText.TryParse(text.ToString(), out var exchange, out var problem)
            && JsonRecordings.Read(exchange).FirstOrDefault() is { } read
            ? read
            : new Recording.Unreadable(1, $"An interaction cannot be read: {problem}");
    }

    private static StringBuilder Append(StringBuilder text, System.Text.Json.JsonElement value) =>
        text.Append(value.IsPresent ? value.GetRawText() : "null");
}
