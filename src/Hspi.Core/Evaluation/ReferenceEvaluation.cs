using System.Globalization;
using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Readers.References;
using Hspi.Verdicts;

namespace Hspi.Evaluation;

/// <summary>How well enrolled classes are found again when their own answers are printed with so many decimals.</summary>
/// <remarks>
/// Question and reference come from the same deterministic runs: this measures what the printed digits resolve, not whether
/// a server computes twice alike. The left-out half asks what a platform looks like that was never enrolled: its own class
/// is taken out of the references, and every name that it then gets is a false one.
/// </remarks>
public static class ReferenceEvaluation
{
    private const string NotRounded = "all";

    /// <summary>Asks as every class, once enrolled and once left out.</summary>
    /// <param name="references">The classes, from two.</param>
    /// <param name="decimals">Decimals printed; null for all digits.</param>
    public static ReferenceScore Of(ReferenceSet references, int? decimals)
    {
        var (right, wrong, named) = (0, 0, 0);
        var comparison = new ReferenceComparison(references);
        foreach (var asked in references.Classes)
        {
            var answers = references.Prompts.Select((prompt, number) => (prompt.Text, Printed(asked.Answers[number], decimals)));
            var matches = comparison.Compare(answers).Select(match => match.Agreement).ToList();
            var found = VerdictRules.Conclude(new Observations { References = matches }).Verdict;
            right += found is Verdict.Identified { Platform: var best } && best == asked.Name ? 1 : 0;
            wrong += found is Verdict.Identified { Platform: var other } && other != asked.Name ? 1 : 0;
            var others = matches.Where(match => match.Class != asked.Name).ToList();
            named += VerdictRules.Conclude(new Observations { References = others }).Verdict is Verdict.Identified ? 1 : 0;
        }

        return new ReferenceScore(decimals?.ToString(CultureInfo.InvariantCulture) ?? NotRounded, references.Classes.Count, right, wrong, named);
    }

    private static ParsedAnswer Printed(IReadOnlyList<ReferenceStep> steps, int? decimals) => new()
    {
        Dialect = "enrolled",
        Steps = [.. steps.Select(step => new Step
        {
            Token = step.Token,
            Alternatives = [.. step.Logprobs.Select(pair => new Alternative(null, pair.Key, Rounded(pair.Value, decimals)))],
        })],
    };

    /// <summary>A number as it would be printed with so many decimals; null leaves it as it is.</summary>
    internal static string Rounded(string text, int? decimals) => decimals is { } digits
        ? double.Parse(text, CultureInfo.InvariantCulture).ToString($"F{digits}", CultureInfo.InvariantCulture)
        : text;
}

/// <summary>Counts of one evaluation.</summary>
/// <param name="Decimals">Decimals printed, or <c>all</c>.</param>
/// <param name="Classes">Classes that asked.</param>
/// <param name="Right">Enrolled ones that were named rightly; the rest but <paramref name="Wrong"/> was unknown.</param>
/// <param name="Wrong">Enrolled ones that got another's name.</param>
/// <param name="FalseNames">Left-out ones that got a name at all.</param>
public sealed record ReferenceScore(string Decimals, int Classes, int Right, int Wrong, int FalseNames)
{
    /// <summary>Share of enrolled classes named rightly, with its 95 % interval.</summary>
    public Interval Identified => Interval.Wilson(Right, Classes);

    /// <summary>Share of left-out classes that were left unknown, as they should.</summary>
    public Interval LeftUnknown => Interval.Wilson(Classes - FalseNames, Classes);

    /// <summary>Adds the counts of another seed of the questions.</summary>
    public ReferenceScore And(ReferenceScore other) =>
        new(Decimals, Classes + other.Classes, Right + other.Right, Wrong + other.Wrong, FalseNames + other.FalseNames);
}
