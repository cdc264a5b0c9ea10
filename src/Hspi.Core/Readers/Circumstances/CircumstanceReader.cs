using System.Globalization;
using Hspi.Dialects;
using Hspi.Readers.References;

namespace Hspi.Readers.Circumstances;

/// <summary>Looks for what would explain, innocently, that answers differ from enrolled ones.</summary>
public static class CircumstanceReader
{
    /// <summary>Whether the mark that begins a text is counted differs between servers.</summary>
    private const int MostMarks = 1;

    /// <summary>Nats by which another token must be likelier than the chosen one: what is printed was rounded, perhaps twice.</summary>
    private const double Drawn = 0.01;

    /// <summary>Positions that one factor must explain, at least.</summary>
    private const int FewestPositions = 8;

    private const int MostNames = 3;
    private const int LongestName = 100;

    /// <summary>Every kind once, in order.</summary>
    /// <param name="model">The model that was asked for; empty where none was named.</param>
    /// <param name="answers">Good answers.</param>
    /// <param name="compared">Those of them that were given to enrolled prompts, with the prompt, and its scored tokens before the new ones where it was scored.</param>
    /// <param name="references">Enrolled answers; null for none.</param>
    public static IReadOnlyList<Circumstance> Read(string model, IReadOnlyList<ParsedAnswer> answers, IReadOnlyList<(string Prompt, ParsedAnswer Answer)> compared, ReferenceSet? references) =>
        [OtherText(compared, references), Scale(compared, references), DrawnTokens(answers), OtherModel(model, answers)];

    private static Circumstance OtherText(IReadOnlyList<(string Prompt, ParsedAnswer Answer)> answers, ReferenceSet? references)
    {
        var enrolled = (references?.Prompts ?? []).ToDictionary(prompt => prompt.Text, prompt => prompt.Counted, StringComparer.Ordinal);
        var counts = (from one in answers
                      where one.Answer.Usage is { PromptTokens: > 0 }
                      let known = enrolled.GetValueOrDefault(one.Prompt, [])
                      where known.Count > 0
                      select (one.Answer.Usage!.PromptTokens, Known: known)).ToList();
        var others = counts.Where(one => one.Known.All(known => Math.Abs(known - one.PromptTokens) > MostMarks)).ToList();
        return counts.Count == 0 ? new(CircumstanceKind.OtherText, null, "Nobody counted the tokens of these prompts on both sides.")
            : others.Count == 0 ? new(CircumstanceKind.OtherText, false, Text($"The prompts have as many tokens as when they were enrolled ({counts.Count} of {counts.Count})."))
            : new(CircumstanceKind.OtherText, true, Text($"{others.Count} of {counts.Count} prompts are counted otherwise than enrolled, the first as {others[0].PromptTokens} tokens instead of {others[0].Known[0]}: a hidden prompt, a template, or another tokenizer."));
    }

    private static Circumstance Scale(IReadOnlyList<(string Prompt, ParsedAnswer Answer)> answers, ReferenceSet? references)
    {
        var prompts = (references?.Prompts ?? []).Index().ToDictionary(prompt => prompt.Item.Text, prompt => prompt.Index, StringComparer.Ordinal);
        List<(int Prompt, List<(string Token, Dictionary<string, double> Values)> Steps)> known =
        [
            .. from one in answers
               where prompts.ContainsKey(one.Prompt)
               select (prompts[one.Prompt], one.Answer.Steps.Select(step => (step.Token, EnrolledStates.Numbers(ReferenceComparison.Values(step)))).ToList()),
        ];
        var compared = false;
        foreach (var enrolled in references?.Classes ?? [])
        {
            var positions = known.SelectMany(one => Positions(one.Steps, enrolled.Answers[one.Prompt])).ToList();
            compared |= positions.Count >= FewestPositions;
            if (positions.Count >= FewestPositions && OddsScale.Of([.. positions.SelectMany(position => position)]) is { } scale)
            {
                return new(CircumstanceKind.Scale, true, Text($"The log-odds are {scale:0.###} times those of {enrolled.Name}: a temperature of {1 / scale:0.###}, or scaled logits."));
            }
        }

        return compared
            ? new(CircumstanceKind.Scale, false, "No one factor turns the log-odds of an enrolled class into these.")
            : new(CircumstanceKind.Scale, null, "Too few positions could be held against enrolled ones to see a temperature.");
    }

    /// <summary>Log-odds to the best common token, enrolled and seen, of each position that both reached after the same tokens.</summary>
    private static IEnumerable<IReadOnlyList<(double, double)>> Positions(List<(string Token, Dictionary<string, double> Values)> steps, IReadOnlyList<ReferenceStep> enrolled)
    {
        foreach (var ((token, their), own) in steps.Zip(enrolled))
        {
            var ours = EnrolledStates.Numbers(own.Logprobs.Select(pair => (pair.Key, pair.Value)));
            var common = their.Keys.Where(ours.ContainsKey).ToList();
            if (common.Count > 1)
            {
                var best = common.MaxBy(one => ours[one])!;
                yield return [.. common.Where(one => one != best).Select(one => (ours[one] - ours[best], their[one] - their[best]))];
            }

            if (token != own.Token)
            {
                yield break;
            }
        }
    }

    private static Circumstance DrawnTokens(IReadOnlyList<ParsedAnswer> answers)
    {
        var (steps, drawn) = (0, 0);
        foreach (var step in answers.SelectMany(one => one.Steps))
        {
            var values = EnrolledStates.Numbers(ReferenceComparison.Values(step));
            if (values.Count > 1 && values.TryGetValue(step.Token, out var chosen))
            {
                steps++;
                drawn += values.Values.Max() > chosen + Drawn ? 1 : 0;
            }
        }

        return steps == 0 ? new(CircumstanceKind.Drawn, null, "No alternatives were shown, so it cannot be seen whether the likeliest token is chosen.")
            : drawn == 0 ? new(CircumstanceKind.Drawn, false, Text($"The chosen token is the likeliest in all {steps} steps, as was asked."))
            : new(CircumstanceKind.Drawn, true, Text($"In {drawn} of {steps} steps a likelier token than the chosen one is shown: tokens are drawn, although the likeliest was asked for."));
    }

    private static Circumstance OtherModel(string model, IReadOnlyList<ParsedAnswer> answers)
    {
        var names = answers.Select(one => one.Model).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var others = names.Where(name => !IsAlike(name, model)).ToList();
        return names.Count == 0 || model.Length == 0 ? new(CircumstanceKind.OtherModel, null, "The answers do not say which model they are of.")
            : others.Count == 0 ? new(CircumstanceKind.OtherModel, false, "The answers come under the name that was asked for.")
            : new(CircumstanceKind.OtherModel, true, $"\"{model}\" was asked for, and answers come as {string.Join(" and ", others.Take(MostNames).Select(name => $"\"{(name.Length > LongestName ? name[..LongestName] + "…" : name)}\""))}.");
    }

    /// <summary>The same last part of a path, or the one with a date, a format or an ending behind it.</summary>
    private static bool IsAlike(string one, string other)
    {
        var (a, b) = (Path.GetFileName(one), Path.GetFileName(other));
        return a.StartsWith(b, StringComparison.OrdinalIgnoreCase) || b.StartsWith(a, StringComparison.OrdinalIgnoreCase);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
