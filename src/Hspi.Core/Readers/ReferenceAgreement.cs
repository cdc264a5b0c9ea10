using Hspi.Platforms;
using Hspi.Readers.References;

namespace Hspi.Readers;

/// <summary>How far an endpoint's answers agree with those of one enrolled class of platforms, on the same prompts.</summary>
/// <param name="Class">Name of the class; its members answered every enrolled probe bit for bit alike.</param>
/// <param name="Members">The platforms of the class, at least one.</param>
/// <param name="Compared">Printed values that both sides have.</param>
/// <param name="Equal">Those that agree in every digit that the endpoint prints.</param>
public sealed record ReferenceAgreement(string Class, IReadOnlyList<Platform> Members, int Compared, int Equal)
{
    /// <summary>One value in so many differs, as far as is known before, when a platform meets its own enrolment: a proxy's slip, a strange batch.</summary>
    private const int OneSlipIn = 10_000;

    /// <summary>Decimals to which the endpoint rounds what it prints; null where it prints whole numbers, digit for digit.</summary>
    public int? Decimals { get; init; }

    /// <summary>Positions that are, in all their values, a state in which the class was enrolled: it may be the class under load.</summary>
    public PositionCount Positions => Answers.Aggregate(new PositionCount(0, 0), (sum, answer) => sum.And(answer.States.Count));

    /// <summary>What its own repeated answers look like beside each other; null where they do not differ.</summary>
    public EnrolledNoise? Noise { get; init; }

    /// <summary>Names of the classes that print the same states and are one with it under load, itself included; itself alone where no class differs from itself.</summary>
    public IReadOnlyList<string> Alike { get; init; } = [Class];

    /// <summary>Probability that a position meets a state of a class that did not print it, as measured between enrolled classes.</summary>
    public double Chance { get; init; } = 1;

    /// <summary>Whether the class agrees with itself: one that does not can be told from nothing.</summary>
    public Repeats Repeats { get; init; }

    /// <summary>Each answer by itself, in the order asked; the same answers for every class.</summary>
    public IReadOnlyList<AnswerAgreement> Answers { get; init; } = [];

    /// <summary>ln of the probability of these counts if the class answers. Its rate of slips is not known: Beta(1, 10 000).</summary>
    /// <remarks>A fixed rate would make a perfect match of many values unlikely.</remarks>
    public double LogLikelihood => LogBeta(1 + Compared - Equal, OneSlipIn + Equal) - LogBeta(1, OneSlipIn);

    /// <summary>ln of the probability of these counts if a platform answers of which nothing is known: its rate of agreement is uniform.</summary>
    public double LogLikelihoodOfStranger => LogBeta(Compared - Equal + 1, Equal + 1);

    /// <summary>ln B(few, many) for whole numbers: (few−1)! / (many · (many+1) ··· (many+few−1)), term by term.</summary>
    internal static double LogBeta(int few, int many)
    {
        var sum = -Math.Log(many);
        for (var i = 1; i < few; i++)
        {
            sum += Math.Log(i) - Math.Log((double)many + i);
        }

        return sum;
    }
}

/// <summary>How far one answer agrees with one class.</summary>
/// <param name="Compared">Printed values that both sides have.</param>
/// <param name="Equal">Those that agree.</param>
public readonly record struct AnswerAgreement(int Compared, int Equal)
{
    /// <summary>Agreement with the states in which the class was enrolled.</summary>
    public StateAgreement States { get; init; }
}
