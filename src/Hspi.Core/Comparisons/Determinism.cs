using System.Globalization;
using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Comparisons;

/// <summary>What an endpoint does with the same question under conditions that should not matter.</summary>
/// <param name="Verdict">Whether anything changed.</param>
/// <param name="Reason">In one sentence or two.</param>
/// <param name="Conditions">Every planned condition, in order.</param>
/// <param name="States">How many positions have one set of digits, how many two, and so on, over all conditions; of those with numbers in several answers.</param>
/// <param name="Limits">What could not be seen.</param>
public sealed record Determinism(DeterminismVerdict Verdict, string Reason, IReadOnlyList<ConditionFinding> Conditions, IReadOnlyList<int> States, IReadOnlyList<string> Limits)
{
    /// <summary>Reads an evidence file of <see cref="DeterminismRun"/>; asks nobody.</summary>
    /// <exception cref="HspiException">A record in it is damaged, or it is of another command.</exception>
    public static Determinism Of(EvidenceLog log)
    {
        if (log.Notes.LastOrDefault(note => note.Kind == DeterminismTurn.PlanKind) is not { } kept)
        {
            var limits = RunNotes.Limits(log).ToList();
            return new Determinism(DeterminismVerdict.Unknown, limits.Count > 0 ? "The endpoint was not understood, so nothing was asked." : "The evidence holds no check of determinism.", [], [], limits);
        }

        var all = Answers(log).ToList();
        var answers = all.ToLookup(one => one.Turn.Condition, StringComparer.Ordinal);
        var alone = answers[DeterminismPlan.Alone].ToLookup(one => one.Turn.Prompt, one => one.Answer, StringComparer.Ordinal);
        var again = answers[DeterminismPlan.Again].ToLookup(one => one.Turn.Prompt, one => one.Answer, StringComparer.Ordinal);
        List<ConditionFinding> conditions = [.. NotesJson.Read(kept, DeterminismJson.Default.IReadOnlyListString).Where(condition => condition != DeterminismPlan.Alone).Select(condition => ConditionFinding.Of(
            condition,
            [.. answers[condition].Select(one => (one.Answer, (IReadOnlyList<ParsedAnswer>)[.. alone[one.Turn.Prompt], .. condition == DeterminismPlan.Again ? [] : again[one.Turn.Prompt]]))],
            answers[condition].Select(one => one.Turn.Beside).DefaultIfEmpty().Max()))];
        return Conclude(conditions, BitStates.Count(all.Select(one => (one.Turn.Prompt, one.Answer))), [.. RunNotes.Capabilities(log)?.Limits ?? [], .. RunNotes.Limits(log), .. ClosingRecord.Of(log) == Ending.Unfinished ? ["The evidence is unfinished."] : (string[])[]]);
    }

    private static Determinism Conclude(IReadOnlyList<ConditionFinding> conditions, IReadOnlyList<int> states, IReadOnlyList<string> limits)
    {
        var changed = conditions.Where(one => one.IsChanged).ToList();
        if (changed.Count > 0)
        {
            var unchanged = conditions.Where(one => one.WasTried && one.Silent == 0 && !one.IsChanged).Select(one => one.Name).ToList();
            // Where it does not even repeat itself, nothing else is the cause.
            var cause = changed.Find(one => one.Name == DeterminismPlan.Again) ?? changed[0];
            return new Determinism(
                DeterminismVerdict.Changes,
                $"Its {(changed.Any(one => one.Changed > 0) ? "numbers" : "texts")} change: {string.Join(", ", changed.Select(one => $"{one.Name} ({one.Seen})"))}{(unchanged.Count > 0 ? $"; not: {string.Join(", ", unchanged)}" : "")}. {cause.Fits}",
                conditions,
                states,
                limits);
        }

        var missing = conditions.Where(one => !one.WasTried).Select(one => one.Name).ToList();
        var silent = conditions.Where(one => one.Silent > 0).Select(one => one.Name).ToList();
        var positions = conditions.Sum(one => one.Positions);
        return missing.Count > 0 ? new Determinism(DeterminismVerdict.Unknown, $"Nothing changed where it was tried, but these conditions were not: {string.Join(", ", missing)}.", conditions, states, limits)
            : positions == 0 ? new Determinism(DeterminismVerdict.Unknown, $"All {conditions.Sum(one => one.Answers)} texts are equal, and there are no numbers: equal texts do not show equal computations.", conditions, states, limits)
            : silent.Count > 0 ? new Determinism(DeterminismVerdict.Unknown, $"Nothing changed, but answers under these conditions show no numbers: {string.Join(", ", silent)}.", conditions, states, limits)
            : new Determinism(DeterminismVerdict.Deterministic, string.Create(CultureInfo.InvariantCulture, $"All {positions} positions have the same digits under every condition that was tried (under any one of them at most {conditions.Max(one => one.Share.High):P1} of other positions change, with 95 % confidence)."), conditions, states, limits);
    }

    private static IEnumerable<(DeterminismTurn Turn, ParsedAnswer Answer)> Answers(EvidenceLog log)
    {
        foreach (var turn in log.Notes.Where(note => note.Kind == DeterminismTurn.Kind).Select(note => NotesJson.Read(note, DeterminismJson.Default.DeterminismTurn)))
        {
            if (turn.Exchange < 0 || turn.Exchange >= log.Exchanges.Count)
            {
                throw new HspiException($"The evidence names exchange {turn.Exchange + 1} of {log.Exchanges.Count}. Use the file as hspi wrote it.");
            }

            var exchange = log.Exchanges[turn.Exchange];
            if (exchange.Response is { Status: 200 } && DialectCatalog.Recognise(exchange)?.Read(exchange) is { Error: null } answer)
            {
                yield return (turn, answer);
            }
        }
    }
}

/// <summary>Whether an endpoint computes the same whatever else happens.</summary>
public enum DeterminismVerdict
{
    /// <summary>Every digit of every position was the same under every planned condition.</summary>
    Deterministic,

    /// <summary>Some condition changes digits or texts.</summary>
    Changes,

    /// <summary>Nothing changed, but something was not tried, or answers show no numbers.</summary>
    Unknown,
}

/// <summary>How answers under one condition differ from those alone.</summary>
/// <param name="Name">The condition.</param>
/// <param name="Answers">Answers that could be held against one to the same question alone.</param>
/// <param name="Texts">Of them, those with another text than any.</param>
/// <param name="Silent">Of them, those without a number to compare: only their texts are known.</param>
/// <param name="Positions">Positions reached after the same tokens, of the nearest answer alone.</param>
/// <param name="Changed">Of them, those at which some printed digit differs.</param>
/// <param name="Typical">Median over changed positions of the largest difference of a logprob, in nats; null where none changed.</param>
/// <param name="Largest">The largest of all.</param>
/// <param name="WasTried">Whether there was anything to compare, and callers got answers where there were to be some.</param>
public sealed record ConditionFinding(string Name, int Answers, int Texts, int Silent, int Positions, int Changed, double? Typical, double? Largest, bool WasTried)
{
    /// <summary>Share of positions that changed, with its 95 % interval.</summary>
    public Interval Share => Interval.Wilson(Changed, Positions);

    /// <summary>Whether the condition changes anything.</summary>
    public bool IsChanged => Changed > 0 || Texts > 0;

    /// <summary>What does such a thing, as far as is known.</summary>
    public string Fits => Name switch
    {
        _ when !IsChanged => "",
        DeterminismPlan.Again => "It does not repeat itself: other callers whom we do not see, several servers behind one address, or kernels that add in no fixed order.",
        DeterminismPlan.AfterItself => "A prompt cache computes the end of a known prompt otherwise than a whole one.",
        DeterminismPlan.Streamed => "Streamed answers are computed or printed on another path.",
        DeterminismPlan.AfterLong => "What was read before changes what follows: a cache, or a prompt that is read in chunks with others.",
        _ => "What others ask changes its bits, as kernels do that depend on the size of the batch; a batch-invariant mode is off, or does not hold.",
    };

    /// <summary>How much changed, in words.</summary>
    internal string Seen => Largest is { } nats
        ? string.Create(CultureInfo.InvariantCulture, $"{Changed} of {Positions} positions, at most {nats:0.#######} nats")
        : string.Create(CultureInfo.InvariantCulture, $"{Texts} of {Answers} texts");

    internal static ConditionFinding Of(string name, IReadOnlyList<(ParsedAnswer Answer, IReadOnlyList<ParsedAnswer> Alone)> answers, int beside)
    {
        List<Held> held = [.. answers.Where(one => one.Alone.Count > 0).Select(one => one.Alone.Select(alone => Held.Of(one.Answer, alone)).MinBy(one => (one.Sizes.Count, one.OtherText))!)];
        List<double> sizes = [.. held.SelectMany(one => one.Sizes)];
        var isAmong = name is not (DeterminismPlan.Again or DeterminismPlan.AfterItself or DeterminismPlan.Streamed or DeterminismPlan.AfterLong);
        return new ConditionFinding(
            name, held.Count, held.Count(one => one.OtherText), held.Count(one => one.Positions == 0), held.Sum(one => one.Positions), sizes.Count, EnrolledStates.Median(sizes), sizes.Count > 0 ? sizes.Max() : null,
            held.Count > 0 && (!isAmong || beside > 0));
    }

    /// <summary>One answer beside another to the same question.</summary>
    /// <param name="Positions">Reached after the same tokens.</param>
    /// <param name="Sizes">For each changed position, the largest difference of a logprob; 0 where only other tokens are shown.</param>
    /// <param name="OtherText">Whether the texts differ.</param>
    private sealed record Held(int Positions, IReadOnlyList<double> Sizes, bool OtherText)
    {
        public static Held Of(ParsedAnswer one, ParsedAnswer other)
        {
            var positions = 0;
            List<double> sizes = [];
            foreach (var (a, b) in one.Steps.Zip(other.Steps))
            {
                var (own, their) = (Values(a), Values(b));
                if (own.Count > 0 && their.Count > 0)
                {
                    positions++;
                    if (own.Count != their.Count || own.Any(pair => !their.TryGetValue(pair.Key, out var text) || text != pair.Value))
                    {
                        sizes.Add(own.Where(pair => their.ContainsKey(pair.Key)).Select(pair => Math.Abs(Number(pair.Value) - Number(their[pair.Key]))).DefaultIfEmpty().Max());
                    }
                }

                if (a.Token != b.Token)
                {
                    break;
                }
            }

            return new Held(positions, sizes, one.Text != other.Text);
        }

        private static Dictionary<string, string> Values(Step step) => ReferenceComparison.Values(step).ToDictionary(value => value.Token, value => value.Text, StringComparer.Ordinal);

        private static double Number(string text) => PrintedNumber.TryReadLogprob(text, out var number) ? number.Value : 0;
    }
}
