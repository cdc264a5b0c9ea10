using Hspi.Exchanges;

namespace Hspi.Dialects.Recordings;

/// <summary>One thing found in a recorded file.</summary>
/// <param name="Where">Its place, such as <c>line 3 → response.body</c>; empty for the file as a whole.</param>
public abstract record Recording(string Where)
{
    /// <summary>A response, with whatever the file holds of its request.</summary>
    /// <param name="Exchange">Secrets removed where the recorder left any.</param>
    /// <param name="Where">Its place.</param>
    public sealed record Response(Exchange Exchange, string Where) : Recording(Where);

    /// <summary>Something that could not be read; the rest of the file was.</summary>
    /// <param name="Where">Its place.</param>
    /// <param name="What">One sentence: what is wrong, and what to do.</param>
    public sealed record Unreadable(string Where, string What) : Recording(Where);

    /// <summary>Something whole that holds no answer, such as another line of a log.</summary>
    /// <param name="Where">Its place.</param>
    /// <param name="What">One sentence: what it is.</param>
    public sealed record Other(string Where, string What) : Recording(Where);
}
