namespace Hspi.Readers.References;

/// <summary>How far the answers of a class lie from the others that it gave to the same prompts: what its own noise looks like.</summary>
/// <param name="Answers">Answers that others could be held against.</param>
/// <param name="Unmet">Those of them no position of which is a state of another answer.</param>
/// <param name="Farthest">The greatest distance of an unmet answer from the others, in nats; 0 where every answer is met.</param>
public sealed record EnrolledNoise(int Answers, int Unmet, double Farthest)
{
    /// <summary>Positions of these answers that others could be held against, and those whose state another answer shows as well.</summary>
    public PositionCount Positions { get; init; }

    /// <summary>Estimated share of what it prints in states that nobody has seen yet: the share of positions whose state was seen once.</summary>
    /// <remarks>I. J. Good, Biometrika 40 (1953); states within the tolerance of <see cref="EnrolledStates"/> are one.</remarks>
    public double Unseen => Positions.Positions == 0 ? 1 : 1 - ((double)Positions.Met / Positions.Positions);

    /// <summary>
    /// Whether whole positions that another class has, and not this one, are enough to say that this one did not give them, however near the two are otherwise.
    /// </summary>
    public double Usual { get; init; } = double.PositiveInfinity;

    /// <summary>What is known of computed answers: how far real servers lay from them.</summary>
    /// <remarks>Measured on 1,500 answers of a llama.cpp server, quiet and among callers, with both kinds of attention: docs/computed-measured.md.</remarks>
    /// <param name="precision">How the weights are stored.</param>
    public static EnrolledNoise OfComputed(string precision) => precision switch
    {
        "f32" or "f16" => new EnrolledNoise(1000, 900, 0.0025) { Usual = 0.0006 },
        "bf16" => new EnrolledNoise(1000, 900, 0.017) { Usual = 0.0075 },
        _ => new EnrolledNoise(1000, 350, 0.091) { Usual = 0.02 },
    };

    /// <summary>Holds each repeated answer against the others to the same prompt.</summary>
    /// <param name="enrolled">The class.</param>
    /// <param name="prompts">Its prompts, in the order of its answers.</param>
    /// <param name="alternatives">Values of a position that an endpoint prints.</param>
    public static EnrolledNoise Of(EnrolledClass enrolled, IReadOnlyList<ReferencePrompt> prompts, int alternatives)
    {
        var (answers, unmet, farthest) = (0, 0, 0.0);
        var positions = new PositionCount(0, 0);
        for (var i = 0; i < prompts.Count; i++)
        {
            var all = enrolled.All(i).ToList();
            for (var left = 0; left < all.Count && all.Count > 1; left++)
            {
                var others = new EnrolledStates();
                foreach (var other in all.Where((_, index) => index != left))
                {
                    others.Add(prompts[i].Text, other);
                }

                var agreement = others.Compare(prompts[i].Text, all[left], alternatives);
                answers++;
                positions = positions.And(agreement.Count);
                if (!agreement.IsMet)
                {
                    unmet++;
                    farthest = Math.Max(farthest, agreement.Distance ?? double.PositiveInfinity);
                }
            }
        }

        return new EnrolledNoise(answers, unmet, farthest) { Positions = positions };
    }
}
