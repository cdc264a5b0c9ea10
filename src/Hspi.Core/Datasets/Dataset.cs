using Hspi.Fingerprints;
using Hspi.Platforms;

namespace Hspi.Datasets;

/// <summary>Answers of many platforms, one row per step.</summary>
/// <param name="Rows">In any order.</param>
public sealed record Dataset(IReadOnlyList<DatasetRow> Rows)
{
    /// <summary>The platforms, in canonical order.</summary>
    public IReadOnlyList<Platform> Platforms { get; } = [.. Rows.Select(row => row.Platform).Distinct().OrderBy(platform => platform.ToString(), StringComparer.Ordinal)];

    /// <summary>The one order of rows: by platform, probe, repetition, step.</summary>
    public static IReadOnlyList<DatasetRow> Sorted(IEnumerable<DatasetRow> rows) =>
    [
        .. rows.Select(row => (Row: row, Platform: row.Platform.ToString()))
            .OrderBy(pair => pair.Platform, StringComparer.Ordinal)
            .ThenBy(pair => pair.Row.ProbeSet, StringComparer.Ordinal)
            .ThenBy(pair => pair.Row.Seed)
            .ThenBy(pair => pair.Row.ProbeId, StringComparer.Ordinal)
            .ThenBy(pair => pair.Row.Sample)
            .ThenBy(pair => pair.Row.Step)
            .Select(pair => pair.Row),
    ];

    /// <summary>The rows for which <paramref name="keep"/> holds.</summary>
    public Dataset Where(Func<DatasetRow, bool> keep) => new([.. Rows.Where(keep)]);

    /// <summary>Platforms merged where every kept bit of every answer is equal, by name.</summary>
    /// <remarks>Platforms that answered different probes are never equal.</remarks>
    public IReadOnlyList<PlatformClass> Classes()
    {
        using var hash = new FingerprintHash();
        List<(Platform, Fingerprint)> prints = [];
        foreach (var rows in Rows.GroupBy(row => row.Platform))
        {
            foreach (var row in rows.OrderBy(row => row.ProbeHash, StringComparer.Ordinal).ThenBy(row => row.Sample).ThenBy(row => row.Step))
            {
                hash.Add(row.ProbeHash, row.Sample, row.Step, row.TokenId, row.LogitBits, [.. row.TopTokens, .. row.TopLogprobs, row.LogprobText ?? "", row.Unsupported ?? ""]);
            }

            prints.Add((rows.Key, hash.Finish()));
        }

        return PlatformClass.Merge(prints);
    }
}
