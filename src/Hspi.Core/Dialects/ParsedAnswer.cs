using Hspi.Answers;

namespace Hspi.Dialects;

/// <summary>One response of a server in words that all dialects share. Every number is still the text that was sent.</summary>
public sealed record ParsedAnswer
{
    /// <summary>Name of the dialect that read it, such as <c>openai-chat</c>.</summary>
    public required string Dialect { get; init; }

    /// <summary>The model as the server names it; empty where it does not.</summary>
    public string Model { get; init; } = "";

    /// <summary>The server's id of this response; empty where there is none.</summary>
    public string Id { get; init; } = "";

    /// <summary>The generated text; empty where there is none.</summary>
    public string Text { get; init; } = "";

    /// <summary>One per generated token that was shown with a score; empty without logprobs.</summary>
    public IReadOnlyList<Step> Steps { get; init; } = [];

    /// <summary>One per generated token where the server shows probabilities instead; every text in it is a probability, 0 to 1.</summary>
    /// <remarks>Kept apart from <see cref="Steps"/>, so that nobody takes one for the other: llama.cpp of 2024 shows them after sampling.</remarks>
    public IReadOnlyList<Step> ProbabilitySteps { get; init; } = [];

    /// <summary>One per prompt token that was shown with a score (echo, prefill); usually empty.</summary>
    public IReadOnlyList<Step> PromptSteps { get; init; } = [];

    /// <summary>The vectors of an answer that is an embedding; empty for every other.</summary>
    public IReadOnlyList<EmbeddingVector> Embeddings { get; init; } = [];

    /// <summary>The scored tokens of the prompt and of the answer as one; no steps at all where the prompt was not scored.</summary>
    public ParsedAnswer WithPrompt() => this with
    {
        // The first token has nothing before it that could score it.
        Steps = PromptSteps.Count == 0 ? [] : [.. PromptSteps.SkipWhile(step => step.LogprobText is null && step.Alternatives.Count == 0), .. Steps],
        PromptSteps = [],
    };

    /// <summary>Tokens that the server says it counted; null where it says nothing.</summary>
    public Usage? Usage { get; init; }

    /// <summary>Why it stopped, in the server's word (<c>stop</c>, <c>length</c>); empty where it does not say.</summary>
    public string FinishReason { get; init; } = "";

    /// <summary>What the server, or our reading, says went wrong; null for a good answer. A response with status 200 may hold one.</summary>
    public string? Error { get; init; }

    /// <summary>The second and further choices, where more than one was asked for. Their own <see cref="OtherChoices"/> are empty.</summary>
    public IReadOnlyList<ParsedAnswer> OtherChoices { get; init; } = [];
}

/// <summary>Tokens as counted, and charged for, by the server.</summary>
/// <param name="PromptTokens">Tokens read.</param>
/// <param name="CompletionTokens">Tokens generated, hidden reasoning included.</param>
public sealed record Usage(long PromptTokens, long CompletionTokens);
