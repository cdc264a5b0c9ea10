using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Probing;

/// <summary>What the answers of an unknown unit say about it.</summary>
/// <param name="Asked">How many answers could be judged.</param>
/// <param name="Fitting">Rows of the table that give every one of these answers; empty if none does.</param>
/// <param name="Nearest">The row that contradicts the fewest answers.</param>
/// <param name="Contradicting">The answers that the nearest row would have given differently.</param>
/// <param name="Seen">What the answers show without any table, one line each.</param>
public sealed record UnitIdentification(
    int Asked,
    IReadOnlyList<KnownUnit> Fitting,
    KnownUnit? Nearest,
    IReadOnlyList<string> Contradicting,
    IReadOnlyList<string> Seen)
{
    /// <summary>Compares answers with every row of the table.</summary>
    /// <param name="probes">The numeric probes.</param>
    /// <param name="answers">Result words by probe id; ids that no probe has are an error.</param>
    /// <exception cref="ArgumentException">An id is not known, or there is no answer.</exception>
    public static UnitIdentification Of(IReadOnlyList<NumericProbe> probes, IReadOnlyDictionary<string, ulong> answers)
    {
        if (answers.Count == 0)
        {
            throw new ArgumentException("No answers to judge.", nameof(answers));
        }

        var asked = answers.Keys
            .Select(id => probes.FirstOrDefault(probe => probe.Id == id) ?? throw new ArgumentException($"\"{id}\" is no numeric probe.", nameof(answers)))
            .ToList();
        // A row can be judged by every answer to a question of its types; a unit of other types is no candidate.
        var judged = KnownUnits.All
            .Select(row => (Row: row, Probes: asked.Where(probe => probe.Fits(row)).ToList()))
            .Where(one => one.Probes.Count > 0)
            .Select(one => (one.Row, one.Probes.Count, Wrong: one.Probes.Where(probe => !Same(probe, probe.Ask(one.Row.Unit), answers[probe.Id])).ToList()))
            .ToList();
        var fitting = judged.Where(one => one.Wrong.Count == 0).Select(one => one.Row).ToList();
        var nearest = judged.Count == 0 ? default : judged.OrderBy(one => (double)one.Wrong.Count / one.Count).First();
        return new(
            asked.Count,
            fitting,
            nearest.Row,
            nearest.Wrong is null ? [] : [.. nearest.Wrong.Select(probe => Contradiction(probe, nearest.Row.Unit, answers[probe.Id]))],
            [.. Measurements(asked, answers)]);
    }

    private static bool Same(NumericProbe probe, ulong computed, ulong answer) =>
        computed == answer || (probe.D.Decode(computed).Kind == NumberKind.NaN && probe.D.Decode(answer).Kind == NumberKind.NaN);

    private static string Contradiction(NumericProbe probe, MatrixUnit unit, ulong answer)
    {
        var digits = probe.D.StorageBits / 4;
        return $"{probe.Id}: {answer.ToString($"x{digits}")}, it would be {probe.Ask(unit).ToString($"x{digits}")}";
    }

    private static IEnumerable<string> Measurements(IReadOnlyList<NumericProbe> asked, IReadOnlyDictionary<string, ulong> answers)
    {
        foreach (var type in asked.GroupBy(probe => $"{probe.A} × {probe.B} → {probe.D}"))
        {
            var kept = type.Where(probe => probe.Measure == ProbeMeasure.KeptBits).ToList();
            if (kept.Count > 0)
            {
                var seen = kept.Where(probe => Value(probe, answers) != 0).Select(probe => probe.Bits).DefaultIfEmpty(0).Max();
                var end = kept.Max(probe => probe.Bits) == seen ? "or more" : $"and not {kept.Where(probe => Value(probe, answers) == 0).Min(probe => probe.Bits)}";
                yield return $"{type.Key}: keeps {seen} bits below the largest exponent, {end}";
            }

            foreach (var probe in type.Where(probe => probe.Measure == ProbeMeasure.BlockTerms))
            {
                // The pair cancels in the first block; what was in that block is lost, what came later is counted.
                var survivors = Value(probe, answers) / Math.ScaleB(1, probe.Bits);
                yield return survivors == probe.LeftWords.Length - 2
                    ? $"{type.Key}: loses nothing beside a cancelling pair (exact, or pairwise from the pair on)"
                    : $"{type.Key}: block of {probe.LeftWords.Length - survivors} products";
            }

            foreach (var probe in type.Where(probe => probe.Measure == ProbeMeasure.Rounding))
            {
                yield return $"{type.Key}: rounds {(answers[probe.Id] == probe.C ? "toward zero" : "to nearest")}";
            }
        }
    }

    private static double Value(NumericProbe probe, IReadOnlyDictionary<string, ulong> answers) => probe.D.Decode(answers[probe.Id]).ToDouble();
}
