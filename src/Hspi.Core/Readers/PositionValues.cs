using Hspi.Answers;

namespace Hspi.Readers;

/// <summary>The logprobs of one position, cleaned: finite, each token once, sentinels counted and left out.</summary>
/// <remarks>Reused from position to position, so that reading a large file allocates nothing per number.</remarks>
internal sealed class PositionValues
{
    // One beyond the largest list that a public API returns (20) would do; local servers return whole vocabularies on request.
    private const int MostValues = 64;

    private readonly PrintedNumber[] _numbers = new PrintedNumber[MostValues];
    private readonly Alternative?[] _sources = new Alternative?[MostValues];

    /// <summary>Values kept, at most 64: the highest of a longer list carry the same evidence as all.</summary>
    public int Count { get; private set; }

    /// <summary>Numbers left out because they say "none": -9999, -100, infinities, null, 0.0 beside values that contradict it.</summary>
    public int Sentinels { get; private set; }

    /// <summary>Numbers left out because the sampled token, or another, was listed twice.</summary>
    public int Duplicates { get; private set; }

    /// <summary>Whether the sampled token has the lowest value: then it may be listed for that reason alone, and not among the highest.</summary>
    public bool LowestIsApart { get; private set; }

    /// <summary>The kept values, in the order in which they were sent.</summary>
    public ReadOnlySpan<PrintedNumber> Numbers => _numbers.AsSpan(0, Count);

    /// <summary>Reads another position in place of the last.</summary>
    public void Read(Step step)
    {
        Count = 0;
        Sentinels = 0;
        Duplicates = 0;
        var chosenListed = false;
        for (var i = 0; i < step.Alternatives.Count; i++)
        {
            var alternative = step.Alternatives[i];
            chosenListed |= SameToken(step.TokenId, step.Token, alternative.TokenId, alternative.Token);
            Add(alternative, alternative.LogprobText);
        }

        if (!chosenListed && step.LogprobText is not null)
        {
            Add(null, step.LogprobText);
        }

        RemoveFalseCertainty();
        LowestIsApart = step.LogprobText is not null && PrintedNumber.TryRead(step.LogprobText, out var chosen) && IsLowest(chosen.Value);
        Array.Clear(_sources);
    }

    private void Add(Alternative? source, string text)
    {
        if (!PrintedNumber.TryReadLogprob(text, out var number))
        {
            Sentinels++;
            return;
        }

        for (var i = 0; i < Count; i++)
        {
            if (source is not null && _sources[i] is { } other && other.LogprobText == text
                && SameToken(source.TokenId, source.Token, other.TokenId, other.Token))
            {
                Duplicates++;
                return;
            }
        }

        if (Count < MostValues)
        {
            _sources[Count] = source;
            _numbers[Count++] = number;
        }
    }

    /// <summary>Drops a 0.0 ("certain") beside alternatives that hold real probability: both cannot be true.</summary>
    private void RemoveFalseCertainty()
    {
        var others = 0.0;
        var zeros = 0;
        foreach (var number in Numbers)
        {
            others += number.Value == 0 ? 0 : Math.Exp(number.Value);
            zeros += number.Value == 0 ? 1 : 0;
        }

        if (zeros == 0 || (zeros == 1 && others < 1e-4))
        {
            return;
        }

        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_numbers[i].Value != 0)
            {
                _numbers[kept++] = _numbers[i];
            }
        }

        Count = kept;
        Sentinels += zeros;
    }

    private bool IsLowest(double value)
    {
        foreach (var number in Numbers)
        {
            if (number.Value < value)
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameToken(int? leftId, string left, int? rightId, string right) =>
        leftId is { } a && rightId is { } b ? a == b : left == right;
}
