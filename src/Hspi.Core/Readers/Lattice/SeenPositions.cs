using Hspi.Answers;

namespace Hspi.Readers.Lattice;

/// <summary>Remembers positions by all their characters: one that comes back, because a question was asked twice or answers begin alike, is the
/// same rounding seen again and no new evidence.</summary>
/// <remarks>Bounded: of very many positions the latest 32,768 to 65,536 are remembered.</remarks>
internal sealed class SeenPositions
{
    private const int Generation = 32_768;

    // FNV-1a, 64 bits. Who makes two positions collide only takes evidence away.
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const char Separator = '\uffff';

    private HashSet<ulong> _current = [];
    private HashSet<ulong> _before = [];

    /// <summary>The steps that were not seen before, which are from now on.</summary>
    public IReadOnlyList<Step> Fresh(IReadOnlyList<Step> steps)
    {
        List<Step>? fresh = null;
        for (var i = 0; i < steps.Count; i++)
        {
            var isNew = IsNew(Key(steps[i]));
            if (!isNew && fresh is null)
            {
                fresh = [.. steps.Take(i)];
            }
            else if (isNew)
            {
                fresh?.Add(steps[i]);
            }
        }

        return fresh ?? steps;
    }

    private bool IsNew(ulong key)
    {
        if (_before.Contains(key) || !_current.Add(key))
        {
            return false;
        }

        if (_current.Count == Generation)
        {
            (_before, _current) = (_current, []);
        }

        return true;
    }

    private static ulong Key(Step step)
    {
        var key = Offset;
        Take(step.Token, ref key);
        Take(step.LogprobText ?? "", ref key);
        for (var i = 0; i < step.Alternatives.Count; i++)
        {
            Take(step.Alternatives[i].Token, ref key);
            Take(step.Alternatives[i].LogprobText, ref key);
        }

        return key;
    }

    private static void Take(string text, ref ulong key)
    {
        foreach (var character in text)
        {
            key = (key ^ character) * Prime;
        }

        key = (key ^ Separator) * Prime;
    }
}
