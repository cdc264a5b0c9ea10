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
public sealed class ReferenceComparison
{
    /// <summary>Values printed with more decimals than this were not rounded by anybody.</summary>
    private const int MostRoundedDecimals = 9;

    private static readonly EnrolledStates NoStates = new();

    private readonly ReferenceSet _references;
    private readonly Dictionary<string, int> _numbers;
    private readonly IReadOnlyList<EnrolledStates> _states;
    private readonly Dictionary<int, (SharedStates Shared, IReadOnlyList<EnrolledNoise?> Noise)> _noise = [];

    /// <param name="references">The enrolled answers.</param>
    public ReferenceComparison(ReferenceSet references)
    {
        _references = references;
        _numbers = references.Prompts.Select((prompt, index) => (prompt.Text, index)).ToDictionary(pair => pair.Text, pair => pair.index, StringComparer.Ordinal);
        // Where every class agrees with itself, only exact agreement decides.
        _states = references.Classes.Any(one => one.IsNoisy) ? [.. references.Classes.Select(one => EnrolledStates.Of(one, references.Prompts))] : [];
    }

    /// <summary>Agreement with every class.</summary>
    /// <param name="answers">Prompts and the endpoint's answers to them; others than the enrolled prompts are passed over.</param>
    public IReadOnlyList<ReferenceMatch> Compare(IEnumerable<(string Prompt, ParsedAnswer Answer)> answers)
    {
        List<(int Prompt, IReadOnlyList<Step> Steps)> known =
            [.. answers.Where(one => _numbers.ContainsKey(one.Prompt)).Select(one => (_numbers[one.Prompt], one.Answer.Steps))];
        var decimals = Decimals(known.SelectMany(one => one.Steps));
        var alternatives = (int)(EnrolledStates.Median(known.SelectMany(one => one.Steps).Select(step => (double)Values(step).Count())) ?? 0);
        // Rounded more coarsely than a position may be off, positions would be met by chance.
        var fine = _states.Count > 0 && (decimals is not { } digits || 0.5 * Math.Pow(10, -digits) <= EnrolledStates.Tolerance(alternatives) + 1e-12);
        var matches = _references.Classes.Select((one, index) => Match(one, known, decimals, fine ? _states[index] : NoStates));
        if (_states.Count == 0)
        {
            return [.. matches];
        }

        var (shared, noise) = NoiseFor(alternatives);
        return [.. matches.Select((match, index) => match with
        {
            Agreement = match.Agreement with
            {
                Noise = noise[index],
                Alike = [.. shared.Alike(index).Select(other => _references.Classes[other].Name)],
                Chance = shared.Chance,
            },
        })];
    }

    /// <summary>Agreement with every class, and what it says of the platform.</summary>
    /// <param name="answers">Prompts and the endpoint's answers to them; others than the enrolled prompts are passed over.</param>
    /// <param name="calls">Answers that were read in all.</param>
    public ReferenceFinding Read(IEnumerable<(string Prompt, ParsedAnswer Answer)> answers, int calls)
    {
        var matches = Compare(answers);
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

    private (SharedStates Shared, IReadOnlyList<EnrolledNoise?> Noise) NoiseFor(int alternatives)
    {
        if (!_noise.TryGetValue(alternatives, out var known))
        {
            _noise[alternatives] = known = (
                new SharedStates(_states, alternatives),
                [.. _references.Classes.Select(one => one.Repeats == Repeats.Computed ? EnrolledNoise.OfComputed(one.Members[0].Precision) : one.IsNoisy ? EnrolledNoise.Of(one, _references.Prompts, alternatives) : null)]);
        }

        return known;
    }

    private ReferenceMatch Match(EnrolledClass enrolled, List<(int Prompt, IReadOnlyList<Step> Steps)> answers, int? decimals, EnrolledStates states)
    {
        List<AnswerAgreement> agreements = [];
        List<double> differences = [];
        foreach (var (prompt, steps) in answers)
        {
            // Of several answers that were enrolled, the nearest counts.
            var (compared, equal, near) = enrolled.All(prompt).Select(own => Hold(steps, own, decimals)).MaxBy(one => one.Equal);
            differences.AddRange(near);
            agreements.Add(new AnswerAgreement(compared, equal) { States = states.Compare(_references.Prompts[prompt].Text, steps) });
        }

        return new ReferenceMatch(
            new ReferenceAgreement(enrolled.Name, enrolled.Members, agreements.Sum(one => one.Compared), agreements.Sum(one => one.Equal)) { Decimals = decimals, Answers = agreements, Repeats = enrolled.Repeats },
            differences);
    }

    private static (int Compared, int Equal, List<double> Differences) Hold(IReadOnlyList<Step> steps, IReadOnlyList<ReferenceStep> enrolled, int? decimals)
    {
        var (compared, equal) = (0, 0);
        List<double> differences = [];
        foreach (var (seen, own) in steps.Zip(enrolled))
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

        return (compared, equal, differences);
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
