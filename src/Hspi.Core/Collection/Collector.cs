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
    /// <summary>Longest work that a killed run may lose; a part per answer would make thousands of files.</summary>
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(3);

    private int _asked;
    private int _reused;

    /// <summary>Runs to the end, or until cancelled.</summary>
    /// <exception cref="HspiException">The output is damaged, or holds answers of another network or other settings.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what was finished is kept.</exception>
    public async Task<CollectOutcome> RunAsync(IReadOnlyList<CollectTarget> targets, IProgress<CollectProgress> progress, CancellationToken cancellationToken)
    {
        var parts = new PartFolder(output);
        var known = await parts.ReadAsync(cancellationToken);
        List<CollectProgress> failures = [];
        foreach (var target in targets)
        {
            Refuse(target, known);
            if (await FailureOfAsync(target, [.. known.Select(row => row.Key)], parts, progress, cancellationToken) is { } failure)
            {
                failures.Add(failure);
                progress.Report(failure);
            }
        }

        var all = Dataset.Sorted(await parts.ReadAsync(cancellationToken));
        if (all.Count > 0)
        {
            await DatasetFile.WriteAsync(output, all, cancellationToken);
        }

        parts.Delete();
        return new CollectOutcome(new Dataset(all), _asked, _reused, failures);
    }

    private async Task<CollectProgress?> FailureOfAsync(
        CollectTarget target, HashSet<AnswerKey> known, PartFolder parts, IProgress<CollectProgress> progress, CancellationToken cancellationToken)
    {
        // Asked again when all else was asked: what changes with the hour, a cache or the neighbours has time to.
        var questions = (from sample in Enumerable.Range(0, samples) from set in sets from probe in set.Probes select (set, probe, sample)).ToList();
        var open = questions.Where(question => !known.Contains(new AnswerKey(target.Platform, question.probe.ContentHash, question.sample))).ToList();
        var answered = questions.Count - open.Count;
        _reused += answered;
        progress.Report(new CollectProgress(target.Platform, answered, questions.Count));
        if (open.Count == 0)
        {
            return null;
        }

        List<DatasetRow> unsaved = [];
        try
        {
            await using var backend = await target.Open(cancellationToken);
            var saved = clock.GetTimestamp();
            foreach (var (set, probe, sample) in open)
            {
                var answer = await backend.AskAsync(probe, cancellationToken);
                unsaved.AddRange(target.Keep.Of(target.Platform, set, answer, sample, clock.GetUtcNow()));
                _asked++;
                progress.Report(new CollectProgress(target.Platform, ++answered, questions.Count));
                if (target.Costly || clock.GetElapsedTime(saved) >= SaveEvery)
                {
                    await parts.SaveAsync(target.Platform, unsaved);
                    unsaved.Clear();
                    saved = clock.GetTimestamp();
                }
            }

            return null;
        }
        catch (Exception failed) when (failed is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Native libraries fail in ways of their own, and thirty other platforms are waiting: reported, and the run ends with code 4.
            return new CollectProgress(target.Platform, answered, questions.Count, failed is HspiException ? failed.Message : $"{failed.GetType().Name}: {failed.Message}");
        }
        finally
        {
            await parts.SaveAsync(target.Platform, unsaved);
        }
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
