namespace Hspi.Answers;

/// <summary>One generated token, or the one result of an image or matrix product, with the scores behind it.</summary>
/// <remarks>A local backend fills <see cref="Logits"/>; a remote endpoint fills <see cref="Alternatives"/> with the exact text it sent.</remarks>
public sealed record Step
{
    /// <summary>Id of the chosen token (or class); null where the endpoint shows none.</summary>
    public int? TokenId { get; init; }

    /// <summary>Text of the chosen token as the platform wrote it; empty for images and matrix products.</summary>
    public string Token { get; init; } = "";

    /// <summary>The chosen token's logprob, character for character; null where none was sent.</summary>
    public string? LogprobText { get; init; }

    /// <summary>The scored alternatives in the order they were sent; empty where none were.</summary>
    public IReadOnlyList<Alternative> Alternatives { get; init; } = [];

    /// <summary>All logits by token id, exactly as computed; for a matrix product the outputs, row-major. Empty where not visible.</summary>
    public ReadOnlyMemory<float> Logits { get; init; }
}

/// <summary>A token that could have been next, and its logprob as text.</summary>
/// <param name="TokenId">Its id; null where the endpoint shows none.</param>
/// <param name="Token">Its text as the platform wrote it.</param>
/// <param name="LogprobText">Its logprob, character for character as sent; the digits themselves are evidence.</param>
public sealed record Alternative(int? TokenId, string Token, string LogprobText);
