namespace Hspi.Dialects;

/// <summary>What is asked of an endpoint, before a dialect puts it into words. Sampling is greedy unless it says otherwise.</summary>
public sealed record Question
{
    /// <summary>The model as the endpoint calls it; empty for servers that hold only one.</summary>
    public string Model { get; init; } = "";

    /// <summary>The text to continue; in a chat dialect the one message of the user.</summary>
    public required string Prompt { get; init; }

    /// <summary>Tokens to generate, from 1.</summary>
    public int NewTokens { get; init; } = 1;

    /// <summary>Scored alternatives per token; 0 asks for none.</summary>
    public int Alternatives { get; init; } = 20;

    /// <summary>0 is greedy.</summary>
    public double Temperature { get; init; }

    /// <summary>Seed of the sampler; null sends none.</summary>
    public int? Seed { get; init; }

    /// <summary>Answer in pieces (SSE or lines of JSON).</summary>
    public bool Stream { get; init; }

    /// <summary>Score the prompt's tokens too, where the dialect can.</summary>
    public bool ScorePrompt { get; init; }

    /// <summary>The one provider that may answer, where the endpoint routes between several; empty where it does not.</summary>
    public string Provider { get; init; } = "";
}
