using Hspi.Datasets;
using Hspi.Probes;

namespace Hspi.Collection;

/// <summary>Asks platforms one after the other, and loses no finished answer whatever happens.</summary>
/// <remarks>
/// Answers go into small files in a folder beside the output (<see cref="PartFolder"/>); when all platforms have had their
/// turn, these become one file. The same call again asks only what is missing, whether parts or an output were left.
/// </remarks>
/// <param name="sets">What is asked.</param>
/// <param name="samples">How often each question is asked, from 1.</param>
/// <param name="output">The dataset.</param>
/// <param name="clock">Time of the answers.</param>
public sealed class Collector(IReadOnlyList<ProbeSet> sets, int samples, string output, TimeProvider clock)
{
    /// <summary>Runs to the end, or until cancelled.</summary>
    /// <exception cref="HspiException">The output is damaged, or holds answers of another network or other settings.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what was finished is kept.</exception>
    public async Task<CollectOutcome> RunAsync(IReadOnlyList<CollectTarget> targets, IProgress<CollectProgress> progress, CancellationToken cancellationToken)
    {
        var parts = new PartFolder(output);
        var known = await parts.ReadAsync(cancellationToken);
        List<CollectProgress> failures = [];
        var (asked, reused) = (0, 0);
        foreach (var target in targets)
        {
            Refuse(target, known);
            await using var turn = new PlatformTurn(target, sets, [.. known.Where(row => row.Platform == target.Platform)], parts, clock, progress);
            if (await turn.RunAsync(samples, cancellationToken) is { } failure)
            {
                failures.Add(failure);
                progress.Report(failure);
            }

            asked += turn.Asked;
            reused += turn.Reused;
        }

        var all = Dataset.Sorted(await parts.ReadAsync(cancellationToken));
        if (all.Count > 0)
        {
            await DatasetFile.WriteAsync(output, all, cancellationToken);
        }

        parts.Delete();
        var refused = all.Where(row => row.IsRefusal && targets.Any(target => target.Platform == row.Platform)).ToList();
        return new CollectOutcome(new Dataset(all), asked, reused, failures, refused);
    }

    /// <summary>Answers of two networks, or cut at two lengths, must not stand under one platform.</summary>
    private void Refuse(CollectTarget target, IReadOnlyList<DatasetRow> known)
    {
        var other = known.FirstOrDefault(row => row.Platform == target.Platform && (row.Network != target.Keep.Network || row.TopK != target.Keep.Top));
        if (other is not null)
        {
            var what = other.TopK != target.Keep.Top ? $"top {other.TopK}, not {target.Keep.Top}" : "another network";
            throw new HspiException($"{output}: already holds answers of {target.Platform} with {what}. Choose another --output, or delete it.");
        }
    }
}
