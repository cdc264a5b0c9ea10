using System.Text.RegularExpressions;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Answers of interfaces that have no place for scores of tokens, so that nothing of hspi can be read from them.</summary>
/// <remarks>Sources: docs.anthropic.com, Messages (whole and streamed); Amazon Bedrock, Converse and the text models of Amazon and Mistral.</remarks>
public static partial class OtherInterface
{
    /// <summary>A sentence that says whose interface a response is of; null where it is none of these, or some dialect reads it.</summary>
    public static string? Of(Exchange exchange)
    {
        if (exchange.Response is not { } response || DialectCatalog.Recognise(exchange) is not null)
        {
            return null;
        }

        var whose = (IsMessage().IsMatch(response.Body) && response.Body.Contains("\"stop_reason\"", StringComparison.Ordinal))
            || response.Body.Contains("\"message_start\"", StringComparison.Ordinal) ? "Anthropic's messages"
            : IsConverse().IsMatch(response.Body) ? "Bedrock's Converse"
            : response.Body.Contains("\"inputTextTokenCount\"", StringComparison.Ordinal) ? "Titan's text"
            : IsMistral().IsMatch(response.Body) ? "Bedrock's text of Mistral"
            : null;
        return whose is null ? null : $"This is another kind of interface, without token scores: {whose}. Nothing about its precision or hardware can be read from it.";
    }

    [GeneratedRegex(@"""type""\s*:\s*""message""", RegexOptions.CultureInvariant)]
    private static partial Regex IsMessage();

    [GeneratedRegex(@"""output""\s*:\s*\{\s*""message""\s*:\s*\{", RegexOptions.CultureInvariant)]
    private static partial Regex IsConverse();

    [GeneratedRegex(@"""outputs""\s*:\s*\[\s*\{\s*""text""\s*:\s*""[^""]*""\s*,\s*""stop_reason""", RegexOptions.CultureInvariant)]
    private static partial Regex IsMistral();
}
