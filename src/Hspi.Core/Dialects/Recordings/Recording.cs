using Hspi.Exchanges;

namespace Hspi.Dialects.Recordings;

/// <summary>One thing found in a recorded file.</summary>
public abstract record Recording
{
    private Recording() { }

    /// <summary>A response, with whatever the file holds of its request.</summary>
    /// <param name="Exchange">Secrets removed where the recorder left any.</param>
    public sealed record Response(Exchange Exchange) : Recording;

    /// <summary>Something that could not be read; the rest of the file was.</summary>
    /// <param name="Where">Line or entry, from 1.</param>
    /// <param name="What">One sentence: what is wrong, and what to do.</param>
    public sealed record Unreadable(int Where, string What) : Recording;
}
