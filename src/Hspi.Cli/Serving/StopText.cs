namespace Hspi.Cli.Serving;

/// <summary>Finds where an answer must stop, and how much of it can already be shown.</summary>
internal sealed class StopText(IReadOnlyList<string> stops)
{
    /// <summary>Where the first stop begins in <paramref name="text"/>; null where none is.</summary>
    public int? Find(string text) => stops
        .Select(stop => text.IndexOf(stop, StringComparison.Ordinal))
        .Where(at => at >= 0)
        .Order()
        .Select(at => (int?)at)
        .FirstOrDefault();

    /// <summary>Characters of <paramref name="text"/> that no stop can take back: its end may be the beginning of one.</summary>
    public int Settled(string text)
    {
        var settled = text.Length;
        foreach (var stop in stops)
        {
            for (var held = Math.Min(stop.Length - 1, text.Length); held > 0; held--)
            {
                if (text.EndsWith(stop[..held], StringComparison.Ordinal))
                {
                    settled = Math.Min(settled, text.Length - held);
                    break;
                }
            }
        }

        return settled;
    }
}
