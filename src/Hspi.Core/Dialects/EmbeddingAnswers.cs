using System.Text.Json;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>Answers that are vectors, of whichever service: <see cref="EmbeddingShapes"/>. It asks as OpenAI describes <c>/v1/embeddings</c>.</summary>
public sealed class EmbeddingAnswers : IDialect
{
    /// <inheritdoc/>
    public string Name => "embeddings";

    /// <inheritdoc/>
    public int MostAlternatives => 0;

    /// <inheritdoc/>
    public bool IsAsked => false;

    /// <inheritdoc/>
    public bool Recognises(Exchange exchange) => exchange.Response is { } response
        && (AsksForOne(exchange.Request.Url) || (MayHold(response.Body) && Vectors(response.Body, out _, out _).Count > 0));

    /// <inheritdoc/>
    public ExchangeRequest Request(Question question) => RequestBody.Post("v1/embeddings", writer =>
    {
        writer.WriteString("model", question.Model);
        writer.WriteString("input", question.Prompt);
    });

    /// <inheritdoc/>
    public ParsedAnswer Read(Exchange exchange)
    {
        var body = exchange.Response?.Body ?? "";
        var vectors = Vectors(body, out var value, out var problem);
        return new ParsedAnswer
        {
            Dialect = Name,
            Model = value.At("model").Text() ?? value.At("modelVersion").Text() ?? "",
            Id = value.At("id").Text() ?? "",
            Embeddings = vectors,
            Usage = UsageFields.Read(value.At("usage")),
            Error = vectors.Count > 0 ? null
                : ErrorBody.Find(exchange.Response, new BodyEvents(value.IsPresent ? [value] : [], false, problem)) ?? "The answer holds no embedding that can be read.",
        };
    }

    private static bool AsksForOne(string url) =>
        url.Contains("/embeddings", StringComparison.Ordinal)
        || url.Contains("mbedContent", StringComparison.Ordinal)
        || url.Contains("/api/embed", StringComparison.Ordinal)
        || url.EndsWith("/embed", StringComparison.Ordinal);

    private static bool MayHold(string body) =>
        body.Contains("\"embedding", StringComparison.Ordinal) || body.AsSpan().TrimStart() is ['[', .. var rest] && rest.TrimStart() is ['[', ..];

    private static List<EmbeddingVector> Vectors(string body, out JsonElement value, out string? problem)
    {
        problem = null;
        if (JsonText.TryParse(body, out value, out var why))
        {
            return EmbeddingShapes.Read(value);
        }

        problem = $"The body is not JSON: {why}";
        return [];
    }
}
