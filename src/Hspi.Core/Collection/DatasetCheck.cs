using System.Globalization;
using Hspi.Answers;
using Hspi.Datasets;

namespace Hspi.Collection;

/// <summary>Checks what a dataset says against itself and against the probes that it names.</summary>
public static class DatasetCheck
{
    private const int MostFaults = 20;

    /// <summary>Looks at every row.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="library">Makes the questions again.</param>
    /// <returns>Sentences, at most twenty; none if all is well.</returns>
    public static IReadOnlyList<string> Faults(Dataset dataset, ProbeLibrary library) =>
        [.. Questions(dataset, library).Concat(Answers(dataset)).Concat(Numbers(dataset)).Take(MostFaults)];

    private static IEnumerable<string> Questions(Dataset dataset, ProbeLibrary library)
    {
        var known = library.List().ToDictionary(set => set.Id, StringComparer.Ordinal);
        foreach (var set in dataset.Rows.GroupBy(row => (row.ProbeSet, row.ProbeVersion, row.Seed)))
        {
            if (!known.TryGetValue(set.Key.ProbeSet, out var definition) || definition.Version != set.Key.ProbeVersion)
            {
                yield return $"Probe set {set.Key.ProbeSet} version {set.Key.ProbeVersion} is not in {library.Folder}: its questions cannot be made again.";
                continue;
            }

            var ids = set.Select(row => row.ProbeId).Distinct().ToList();
            var most = ids.Max(id => int.TryParse(id[(id.LastIndexOf('-') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
            var hashes = library.Make(set.Key.ProbeSet, set.Key.Seed, most + 1).Probes.ToDictionary(probe => probe.Id, probe => probe.ContentHash, StringComparer.Ordinal);
            foreach (var row in set.DistinctBy(row => (row.ProbeId, row.ProbeHash)).Where(row => hashes.GetValueOrDefault(row.ProbeId) != row.ProbeHash))
            {
                yield return $"{row.ProbeId}: asks something else than the recipe makes under this id.";
            }
        }
    }

    private static IEnumerable<string> Answers(Dataset dataset)
    {
        foreach (var answer in dataset.Rows.GroupBy(row => row.Key))
        {
            var steps = answer.Select(row => row.Step).Order().ToList();
            if (!steps.SequenceEqual(Enumerable.Range(0, steps.Count)))
            {
                yield return $"{answer.Key.Platform}, {answer.First().ProbeId}: steps {string.Join(' ', steps.Take(12))} are not 0 to n.";
            }
        }

        foreach (var platform in dataset.Rows.GroupBy(row => (row.Platform, row.ProbeSet)).Where(rows => rows.Select(row => row.Network).Distinct().Skip(1).Any()))
        {
            yield return $"{platform.Key.Platform}: answers of more than one network.";
        }
    }

    private static IEnumerable<string> Numbers(Dataset dataset)
    {
        foreach (var row in dataset.Rows.Where(row => row.LogitBits.Count > 0))
        {
            var logits = row.LogitBits.Select(BitConverter.Int32BitsToSingle).ToArray();
            if (row.LogitIds.Count > 0 && row.LogitIds.Distinct().Count() != row.LogitIds.Count)
            {
                yield return $"{row.Platform}, {row.ProbeId}, step {row.Step}: a token id stands twice.";
            }

            if (row.LogitIds.Count > 0 && logits.Zip(logits.Skip(1)).Any(pair => pair.First < pair.Second))
            {
                yield return $"{row.Platform}, {row.ProbeId}, step {row.Step}: the logits are not in order.";
            }

            // Only where all logits are kept can the sum be made again.
            if (row.LogitIds.Count == 0 && row.LogSum is { } sum && !sum.Equals(LogSoftmax.LogSum(logits)))
            {
                yield return $"{row.Platform}, {row.ProbeId}, step {row.Step}: log_sum is not that of the logits.";
            }
        }
    }
}
