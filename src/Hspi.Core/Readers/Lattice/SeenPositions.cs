using Hspi.Answers;

namespace Hspi.Readers.Lattice;

/// <summary>Remembers positions by all their characters: one that comes back, because a question was asked twice or answers begin alike, is the
/// same rounding seen again and no new evidence.</summary>
/// <remarks>Bounded: of very many positions the latest 32,768 to 65,536 are remembered.</remarks>
internal sealed class SeenPositions
{
    private const int Generation = 32_768;

    private HashSet<ulong> _current = [];
    private HashSet<ulong> _before = [];

    /// <summary>The steps that were not seen before, which are from now on.</summary>
    public IReadOnlyList<Step> Fresh(IReadOnlyList<Step> steps)
    {
        List<Step>? fresh = null;
        for (var i = 0; i < steps.Count; i++)
        {
            var isNew = IsNew(AnswerDigest.OfStep(steps[i]));
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

    private bool IsNew(ulong digest)
    {
        if (_before.Contains(digest) || !_current.Add(digest))
        {
            return false;
        }

        if (_current.Count == Generation)
        {
            (_before, _current) = (_current, []);
        }

        return true;
    }
}
