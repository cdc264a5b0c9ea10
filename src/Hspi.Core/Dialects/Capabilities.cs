namespace Hspi.Dialects;

/// <summary>What an endpoint was seen to give. What it does not give lowers what may be concluded, and says so.</summary>
public sealed record Capabilities
{
    /// <summary>The dialect to ask in.</summary>
    public required IDialect Dialect { get; init; }

    /// <summary>The model to ask for, as the endpoint calls it; empty where it needs no name.</summary>
    public string Model { get; init; } = "";

    /// <summary>Whether tokens come with scores.</summary>
    public bool Logprobs { get; init; }

    /// <summary>Alternatives per token that came back when 20 (or what was possible) were asked for.</summary>
    public int Alternatives { get; init; }

    /// <summary>Whether tokens come with their ids.</summary>
    public bool TokenIds { get; init; }

    /// <summary>One sentence for each thing that cannot be concluded here, and why.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];
}
