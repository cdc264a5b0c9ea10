namespace Hspi.Readers;

/// <summary>Whether a platform agrees with itself when the same is asked again.</summary>
public enum Repeats
{
    /// <summary>It was computed on its owner's machine, where nobody else asks; or its evidence is older than this question.</summary>
    NotNeeded,

    /// <summary>Every repeated answer had the same bits.</summary>
    Agree,

    /// <summary>Some repeated answer had other bits: a cache, other callers, or several machines.</summary>
    Differ,

    /// <summary>A server that was asked once only.</summary>
    Unknown,

    /// <summary>No server was asked: an engine's arithmetic was computed from the model's file, and not to the last bit.</summary>
    Computed,
}
