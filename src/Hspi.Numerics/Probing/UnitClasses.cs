using Hspi.Numerics.Units;

namespace Hspi.Numerics.Probing;

/// <summary>Rows of the table that no numeric probe of their data type tells apart.</summary>
/// <param name="Rows">At least one row.</param>
/// <param name="ByDefinition">Whether they are also the same definition, so that no other input could tell them apart either.</param>
/// <param name="OnlyDisputed">Probes that would split the class, but whose published answers are disputed.</param>
public sealed record UnitClass(IReadOnlyList<KnownUnit> Rows, bool ByDefinition, IReadOnlyList<string> OnlyDisputed)
{
    /// <summary>Whether the definitions differ in nothing but the exponent of a zero term, which only the smallest sums can show.</summary>
    public bool OnlyZeroExponent => !ByDefinition && Rows.Select(row => WithoutZeroExponent(row.Unit)).Distinct().Count() == 1;

    private static MatrixUnit WithoutZeroExponent(MatrixUnit unit) => unit switch
    {
        MatrixUnit.TruncatedFused fused => fused with { ZeroExponent = 0 },
        MatrixUnit.EmulatedMmaSync emulated => emulated with { Inner = emulated.Inner with { ZeroExponent = 0 } },
        _ => unit,
    };
}

/// <summary>Which units can be told apart by arithmetic, computed from the table by running the probes.</summary>
public static class UnitClasses
{
    /// <summary>The classes of every data type that some probe asks about.</summary>
    /// <param name="probes">The numeric probes.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<UnitClass>> Compute(IReadOnlyList<NumericProbe> probes) =>
        KnownUnits.All
            .GroupBy(row => row.DataType)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Of([.. group], probes), StringComparer.Ordinal);

    private static IReadOnlyList<UnitClass> Of(IReadOnlyList<KnownUnit> rows, IReadOnlyList<NumericProbe> probes) =>
        [.. rows.GroupBy(row => Answers(row, probes.Where(probe => probe.Disputed is null))).Select(group => Class([.. group], probes))];

    private static UnitClass Class(IReadOnlyList<KnownUnit> rows, IReadOnlyList<NumericProbe> probes)
    {
        var same = rows.All(row => row.Unit == rows[0].Unit);
        var splitting = same
            ? []
            : probes.Where(probe => probe.Disputed is not null && probe.Fits(rows[0])
                && rows.Any(row => probe.Ask(row.Unit) != probe.Ask(rows[0].Unit)));
        return new(rows, same, [.. splitting.Select(probe => probe.Id)]);
    }

    private static string Answers(KnownUnit row, IEnumerable<NumericProbe> probes) =>
        string.Join(' ', probes.Where(probe => probe.Fits(row)).Select(probe => $"{probe.Id}={probe.Ask(row.Unit):x}"));
}
