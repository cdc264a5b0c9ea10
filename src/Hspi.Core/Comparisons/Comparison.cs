using Hspi.Readers.References;

namespace Hspi.Comparisons;

/// <summary>Whether two sides are one, as far as their answers to the same prompts say.</summary>
public sealed record Comparison
{
    /// <summary>The chance of calling two equal sides different, whenever one looks.</summary>
    public const double FalseAlarms = 0.01;

    /// <summary>Half of it is spent on the evidence that may be watched, half on the test at the end.</summary>
    private const double EachPart = FalseAlarms / 2;

    private const int Draws = 9999;

    /// <summary>Equal positions from which sides that were asked once each are called the same, and prompts.</summary>
    private const int FewestEqual = 20;

    private const int FewestPrompts = 3;

    /// <summary>A change of 16-bit weights to 8 bits moved log-odds by 0.09 nats (median) where it was measured; who cannot see half of that cannot say "same".</summary>
    private const double CoarsestSame = 0.045;

    /// <summary>What follows.</summary>
    public required Sameness Verdict { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>Where the sides differ, as far as it is visible; empty where they do not.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    /// <summary>Prompts that both answered.</summary>
    public required int Prompts { get; init; }

    /// <summary>Answers to them of side A.</summary>
    public required int AnswersOfA { get; init; }

    /// <summary>Answers to them of side B.</summary>
    public required int AnswersOfB { get; init; }

    /// <summary>Positions of B that A reached after the same tokens, and those of them at which one of A's answers has the same numbers.</summary>
    public required PositionCount Equal { get; init; }

    /// <summary>Our test on numbers; null where no two answers have any in common.</summary>
    public PermutationTest? Numbers { get; init; }

    /// <summary>MET on texts.</summary>
    public required PermutationTest Met { get; init; }

    /// <summary>LT on the numbers of first positions; null without numbers.</summary>
    public PermutationTest? Lt { get; init; }

    /// <summary>The evidence that may be watched: the highest that it ever was.</summary>
    public required double Evidence { get; init; }

    /// <summary>Median distance of log-odds between the sides, in nats; null without numbers.</summary>
    public double? Between { get; init; }

    /// <summary>The same between answers of one side: the noise.</summary>
    public double? Within { get; init; }

    /// <summary>A change that moves log-odds by so much (nats, typical size) would have been called different nine times of ten; null where none would.</summary>
    public double? Detectable { get; init; }

    /// <summary>p of numbers and texts together.</summary>
    public double P => Numbers is null ? Met.P : Math.Min(1, 2 * Math.Min(Numbers.P, Met.P));

    /// <summary>Evidence from which the sides are different, whenever one looks.</summary>
    public static double Enough => 1 / EachPart;

    /// <summary>The evidence alone, as it stands after the answers so far.</summary>
    public static double EvidenceOf(ComparedSide a, ComparedSide b) => new Matched(a, b).Evidence();

    /// <summary>Compares.</summary>
    /// <param name="a">One side.</param>
    /// <param name="b">The other.</param>
    public static Comparison Of(ComparedSide a, ComparedSide b)
    {
        var matched = new Matched(a, b);
        var comparison = Tested(a, b, matched);
        return comparison.Verdict == Sameness.Different ? comparison : (comparison with { Detectable = matched.Detectable(EachPart / 2) }).NotDifferent(a.Complete && b.Complete);
    }

    /// <summary>Only whether they are different: never "same", which takes a hundred times as long to find out.</summary>
    internal static Comparison Tested(ComparedSide a, ComparedSide b) => Tested(a, b, new Matched(a, b));

    private static Comparison Tested(ComparedSide a, ComparedSide b, Matched matched)
    {
        // Where a run stopped early, perhaps because somebody had seen enough, only the evidence that may be watched counts.
        var complete = a.Complete && b.Complete;
        var comparison = new Comparison
        {
            Verdict = Sameness.Undecided,
            Reason = "",
            Prompts = matched.Prompts.Count,
            AnswersOfA = matched.Answers.Count(one => one.OfA),
            AnswersOfB = matched.Answers.Count(one => !one.OfA),
            Equal = matched.Equal(),
            Numbers = matched.Numbers(Draws, null),
            Met = matched.Met(Draws),
            Lt = matched.Lt(Draws),
            Evidence = matched.Evidence(),
            Between = matched.Size(between: true),
            Within = matched.Size(between: false),
        };
        var bits = a.Steady && b.Steady && comparison.Equal.Met < comparison.Equal.Positions;
        return bits || comparison.Evidence >= Enough || (complete && comparison.P <= EachPart)
            ? comparison with { Verdict = Sameness.Different, Layers = LayerRules.Of(a, b, comparison, matched), Reason = comparison.WhyDifferent(bits) }
            : comparison;
    }

    private Comparison NotDifferent(bool complete)
    {
        if (Prompts == 0)
        {
            return this with { Reason = "The sides have no prompt in common. Ask both the same, with `hspi compare URL URL`." };
        }

        if (Numbers is null)
        {
            return this with { Reason = "There are no numbers to compare on both sides, and equal texts do not show equal computations." };
        }

        var noise = Equal.Met == Equal.Positions ? Text($"all {Equal.Positions} positions have equal numbers") : Text($"{Equal.Met} of {Equal.Positions} positions have equal numbers, and the rest differs no more than answers of one side do");
        if (Detectable <= CoarsestSame)
        {
            return this with { Verdict = Sameness.Same, Reason = Text($"{Capital(noise)}; a change that moves log-odds by {Detectable:0.######} nats would have been seen.") };
        }

        if (Equal.Met == Equal.Positions && Equal.Positions >= FewestEqual && Prompts >= FewestPrompts)
        {
            return this with { Verdict = Sameness.Same, Reason = Text($"{Capital(noise)}, in {Prompts} prompts.") };
        }

        return this with
        {
            Reason = !complete ? "Not everything that was planned was asked, and what came does not decide yet."
                : Detectable is { } seen ? Text($"Only a change that moves log-odds by {seen:0.###} nats would have been seen. Ask more: --rounds.")
                : "No side was asked often enough to know how much it differs from itself. Ask each prompt several times: --rounds.",
        };
    }

    private string WhyDifferent(bool bits) => bits
        ? Text($"{Equal.Positions - Equal.Met} of {Equal.Positions} positions have other numbers, and both sides were computed where nobody else asks.")
        : Evidence >= Enough ? Text($"Answers tell from earlier ones which side they are of: evidence {Evidence:0.#} against 1, where {Enough:0} is enough.")
        : Text($"Answers of different sides lie farther apart than answers of one side: p = {P:0.####}, where {EachPart:0.###} is enough.");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>What two sides are to each other.</summary>
public enum Sameness
{
    /// <summary>Nothing parts them, and a change of the weights' format would have been seen.</summary>
    Same,

    /// <summary>They are not one, at a false alarm in 100 equal pairs at most.</summary>
    Different,

    /// <summary>The answers do not decide.</summary>
    Undecided,
}
