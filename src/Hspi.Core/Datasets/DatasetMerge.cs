namespace Hspi.Datasets;

/// <summary>Joins datasets. An answer that stands in several is kept once, and takes the place of a refusal; two different answers to one question are refused.</summary>
public static class DatasetMerge
{
    /// <summary>Joins.</summary>
    /// <param name="files">Path and dataset, at least one.</param>
    /// <returns>All answers, in the one order of rows.</returns>
    /// <exception cref="HspiException">Two files hold different answers of one platform to one question.</exception>
    public static Dataset Join(IReadOnlyList<(string Path, Dataset Dataset)> files)
    {
        var kept = new Dictionary<AnswerKey, (string Path, List<DatasetRow> Rows)>();
        foreach (var (path, dataset) in files)
        {
            foreach (var answer in dataset.Rows.GroupBy(row => row.Key))
            {
                List<DatasetRow> rows = [.. answer.OrderBy(row => row.Step)];
                if (!kept.TryGetValue(answer.Key, out var other) || other.Rows[0].IsRefusal)
                {
                    kept[answer.Key] = (path, rows);
                }
                else if (!rows[0].IsRefusal && !Alike(rows, other.Rows))
                {
                    throw new HspiException($"{other.Path} and {path} hold different answers of {answer.Key.Platform} to {rows[0].ProbeId}. They are other platforms, networks or settings: give one a column that says so.");
                }
            }
        }

        return new Dataset(Dataset.Sorted(kept.Values.SelectMany(answer => answer.Rows)));
    }

    private static bool Alike(List<DatasetRow> one, List<DatasetRow> other) =>
        one.Count == other.Count && one.Zip(other).All(pair =>
            pair.First.TokenId == pair.Second.TokenId
            && pair.First.Network == pair.Second.Network
            && pair.First.LogitIds.SequenceEqual(pair.Second.LogitIds)
            && pair.First.LogitBits.SequenceEqual(pair.Second.LogitBits)
            && pair.First.TopTokens.SequenceEqual(pair.Second.TopTokens)
            && pair.First.TopLogprobs.SequenceEqual(pair.Second.TopLogprobs)
            && pair.First.Unsupported == pair.Second.Unsupported);
}
