using Hspi.Exchanges;

namespace Hspi.Dialects;

/// <summary>OpenAI's chat as Azure serves it: the model is a deployment in the address, the key has a header of its own.</summary>
/// <remarks>Source: learn.microsoft.com, Azure OpenAI REST API 2024-10-21. Answers carry the results of content filters.</remarks>
public sealed class AzureOpenAi : OpenAiChat
{
    /// <inheritdoc/>
    public override string Name => "azure-openai";

    /// <inheritdoc/>
    public override string KeyHeader => "api-key";

    /// <inheritdoc/>
    public override bool Recognises(Exchange exchange) => base.Recognises(exchange)
        && (exchange.Response!.Body.Contains("\"content_filter_results\"", StringComparison.Ordinal)
            || exchange.Request.Url.Contains(".openai.azure.com", StringComparison.OrdinalIgnoreCase));

    /// <inheritdoc/>
    protected override string Path(Question question) =>
        $"openai/deployments/{Uri.EscapeDataString(question.Model)}/chat/completions?api-version=2024-10-21";
}
