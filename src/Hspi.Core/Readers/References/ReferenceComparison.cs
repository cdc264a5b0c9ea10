using System.Globalization;
using Hspi.Answers;
using Hspi.Dialects;

namespace Hspi.Readers.References;

/// <summary>Holds an endpoint's printed logprobs against enrolled answers to the same prompts, value by value.</summary>
/// <remarks>
/// A value agrees when the enrolled number, printed as the endpoint prints, gives the same: the same float32 where whole
/// digits are printed, the same decimals where they are rounded. Steps are compared up to and including the first at which
/// the chosen tokens part: behind it the two continue different texts. An alternative that the enrolled platform does not
/// have among its kept logits does not agree.
/// </remarks>
public static class ReferenceComparison
{
    /// <summary>Values printed with more decimals than this were not rounded by anybody.</summary>
    private const int MostRoundedDecimals = 9;

    /// <summary>Printed with fewer decimals than this, positions of 20 values are met by chance.</summary>
    private const int FewestMetDecimals = 4;

    /// <summary>Agreement with every class.</summary>
    /// <param name="references">The enrolled answers.</param>
    /// <param name="answers">Prompts and the endpoint's answers to them; others than the enrolled prompts are passed over.</param>
    public static IReadOnlyList<ReferenceMatch> Compare(ReferenceSet references, IEnumerable<(string Prompt, ParsedAnswer Answer)> answers)
    {
        var number = references.Prompts.Select((prompt, index) => (prompt.Text, index)).ToDictionary(pair => pair.Text, pair => pair.index, StringComparer.Ordinal);
        List<(int Prompt, IReadOnlyList<Step> Steps)> known =
            [.. answers.Where(one => number.ContainsKey(one.Prompt)).Select(one => (number[one.Prompt], one.Answer.Steps))];
        var decimals = Decimals(known.SelectMany(one => one.Steps));
        return [.. references.Classes.Select(one => Match(one, references.Prompts, known, decimals))];
    }

    /// <summary>Agreement with every class, and what it says of the platform.</summary>
    /// <param name="references">The enrolled answers.</param>
    /// <param name="answers">Prompts and the endpoint's answers to them; others than the enrolled prompts are passed over.</param>
    /// <param name="calls">Answers that were read in all.</param>
    public static ReferenceFinding Read(ReferenceSet references, IEnumerable<(string Prompt, ParsedAnswer Answer)> answers, int calls)
    {
        var matches = Compare(references, answers);
        var best = matches.Where(match => match.Agreement.Compared > 0)
            .MaxBy(match => (double)match.Agreement.Equal / match.Agreement.Compared)?.Agreement;
        var reading = new Reading(
            "reference",
            Aspect.Platform,
            best is null
                ? "No answer to an enrolled prompt could be compared."
                : best.Equal == 0 ? $"None of {best.Compared} printed values is that of any of {matches.Count} enrolled classes."
                : $"{best.Equal} of {best.Compared} printed values are those of {best.Class}, of {matches.Count} enrolled classes the closest.{Met(best, matches)}",
            best is null ? new Dictionary<string, double>() : matches.ToDictionary(match => match.Agreement.Class, match => match.Agreement.LogLikelihood, StringComparer.Ordinal),
            calls,
            "More enrolled prompts, or more printed digits.");
        return new ReferenceFinding(reading, matches);
    }

    /// <summary>What whole positions say where single values do not agree throughout; empty where they say nothing, or not of one class alone.</summary>
    private static string Met(ReferenceAgreement best, IReadOnlyList<ReferenceMatch> matches) =>
        best.Equal < best.Compared && matches.Where(match => match.Agreement.Positions.Met > 0).ToList() is [{ Agreement: var only }]
            ? $" {only.Positions.Met} of {only.Positions.Positions} positions are, in all their values, what {only.Class} prints; no other enrolled class has one."
            : "";

    private static ReferenceMatch Match(EnrolledClass enrolled, IReadOnlyList<ReferencePrompt> prompts, List<(int Prompt, IReadOnlyList<Step> Steps)> answers, int? decimals)
    {
        var states = EnrolledStates.Of(enrolled, prompts);
        var met = new PositionCount(0, 0);
        List<AnswerAgreement> agreements = [];
        List<double> differences = [];
        foreach (var (prompt, steps) in answers)
        {
            met = decimals is null or >= FewestMetDecimals ? met.And(states.Met(prompts[prompt].Text, steps)) : met;
            var (compared, equal) = (0, 0);
            foreach (var (seen, own) in steps.Zip(enrolled.Answers[prompt]))
            {
                foreach (var (token, text) in Values(seen))
                {
                    compared++;
                    if (own.Logprobs.TryGetValue(token, out var reference))
                    {
                        equal += Agrees(text, reference, decimals) ? 1 : 0;
                        differences.Add(Number(text) - Number(reference));
                    }
                }

                if (seen.Token != own.Token)
                {
                    break;
                }
            }

            agreements.Add(new AnswerAgreement(compared, equal));
        }

        return new ReferenceMatch(
            new ReferenceAgreement(enrolled.Name, enrolled.Members, agreements.Sum(one => one.Compared), agreements.Sum(one => one.Equal)) { Decimals = decimals, Answers = agreements, Positions = met, Repeats = enrolled.Repeats },
            differences);
    }

    // The chosen token usually stands among the alternatives as well: each token counts once.
    internal static IEnumerable<(string Token, string Text)> Values(Step step)
    {
        var shown = step.Alternatives.Select(other => (other.Token, Text: other.LogprobText));
        var all = step.LogprobText is { } own ? shown.Append((step.Token, own)) : shown;
        return all.DistinctBy(pair => pair.Item1).Where(pair => PrintedNumber.TryReadLogprob(pair.Item2, out _));
    }

    private static bool Agrees(string text, string reference, int? decimals) =>
        decimals is { } digits
            // Half a unit of the last digit, and the spacing of doubles, so that no way of rounding ties disagrees.
            ? Math.Abs(Number(text) - Number(reference)) <= (0.5 * Math.Pow(10, -digits)) + 1e-12
            : BitConverter.SingleToInt32Bits((float)Number(text)) == BitConverter.SingleToInt32Bits((float)Number(reference));

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    // The decimals to which all values are rounded; null when at least one shows more than rounding leaves.
    private static int? Decimals(IEnumerable<Step> steps)
    {
        var most = 0;
        foreach (var (_, text) in steps.SelectMany(Values))
        {
            // A decimal keeps every digit that was written, also of 1e-06; what does not fit into its 28 was not rounded.
            most = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var written)
                ? Math.Max(most, written.Scale)
                : int.MaxValue;
        }

        return most <= MostRoundedDecimals ? most : null;
    }
}
