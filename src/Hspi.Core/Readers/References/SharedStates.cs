namespace Hspi.Readers.References;

/// <summary>Which enrolled classes print the same states, and how often the others meet one another by chance.</summary>
/// <remarks>Classes that share states are one under load: two threads or four, one micro-batch or another. The rest tells what a platform that was never enrolled may meet.</remarks>
public sealed class SharedStates
{
    /// <summary>Share of positions, in both directions, from which two classes are one under load.</summary>
    private const double AlikeShare = 0.1;

    private readonly IReadOnlyList<IReadOnlyList<int>> _alike;

    /// <param name="states">Those of each class.</param>
    /// <param name="alternatives">Values of a position that an endpoint prints.</param>
    public SharedStates(IReadOnlyList<EnrolledStates> states, int alternatives)
    {
        var met = states.Select(one => states.Select(other => other.Met(one, alternatives)).ToList()).ToList();
        bool Share(int one, int other) => met[one][other].Met >= AlikeShare * met[one][other].Positions && met[one][other].Met > 0;
        var all = Enumerable.Range(0, states.Count).ToList();
        _alike = [.. all.Select(one => (IReadOnlyList<int>)[.. all.Where(other => other == one || (Share(one, other) && Share(other, one)))])];
        var strangers = (from one in all from other in all where !_alike[one].Contains(other) select met[one][other]).Aggregate(new PositionCount(0, 0), (sum, count) => sum.And(count));
        Chance = (strangers.Met + 0.5) / (strangers.Positions + 1);
    }

    /// <summary>Probability that a position of one class meets a state of another that is not like it: the mean under Jeffreys' prior.</summary>
    public double Chance { get; }

    /// <summary>Indices of the classes that are one with this one under load, itself included.</summary>
    public IReadOnlyList<int> Alike(int index) => _alike[index];
}
