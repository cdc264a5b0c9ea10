using Hspi.Backends;
using Hspi.Datasets;
using Hspi.Probes;

namespace Hspi.Collection;

/// <summary>One platform's turn in a collection: opened when something is left to ask, closed at the end.</summary>
/// <param name="target">Who is asked.</param>
/// <param name="sets">What is asked.</param>
/// <param name="rows">Its rows of earlier runs; those of this run are added.</param>
/// <param name="parts">Where finished answers are kept.</param>
/// <param name="clock">Time of the answers.</param>
/// <param name="progress">Hears of each answer.</param>
internal sealed class PlatformTurn(
    CollectTarget target, IReadOnlyList<ProbeSet> sets, List<DatasetRow> rows, PartFolder parts, TimeProvider clock, IProgress<CollectProgress> progress) : IAsyncDisposable
{
    /// <summary>Longest work that a killed run may lose; a part per answer would make thousands of files.</summary>
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(3);

    private readonly List<(ProbeSet Set, Probe Probe)> _questions = [.. from set in sets from probe in set.Probes select (set, probe)];
    private IBackend? _backend;
    private int _wanted;

    /// <summary>Answers that this run asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>Answers that an earlier run had already.</summary>
    public int Reused { get; private set; }

    /// <summary>Asks everything.</summary>
    /// <param name="samples">How often each question is asked alone, from 1.</param>
    /// <param name="cancellationToken">Ends it; what is finished is kept.</param>
    /// <returns>Why it stopped; null where it came to its end.</returns>
    public async Task<CollectProgress?> RunAsync(int samples, CancellationToken cancellationToken)
    {
        try
        {
            _wanted = samples * _questions.Count;
            // Asked again when all else was asked: what changes with the hour, a cache or the neighbours has time to.
            for (var sample = 0; sample < samples; sample++)
            {
                await AskAllAsync(sample, crowd: null, cancellationToken);
            }

            for (var sample = samples; target.Crowd is { } crowd && sample < samples + crowd.MostSamples && (sample == samples || !crowd.IsEnough(rows)); sample++)
            {
                _wanted += _questions.Count;
                await AskAllAsync(sample, crowd, cancellationToken);
            }

            return null;
        }
        catch (Exception failed) when (failed is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Native libraries fail in ways of their own, and thirty other platforms are waiting: reported, and the run ends with code 4.
            return Now() with { Failure = failed is HspiException ? failed.Message : $"{failed.GetType().Name}: {failed.Message}" };
        }
    }

    public ValueTask DisposeAsync() => _backend?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AskAllAsync(int sample, Crowd? crowd, CancellationToken cancellationToken)
    {
        var known = rows.Where(row => !row.IsRefusal).Select(row => row.Key).ToHashSet();
        var open = _questions.Where(question => !known.Contains(new AnswerKey(target.Platform, question.Probe.ContentHash, sample))).ToList();
        Reused += _questions.Count - open.Count;
        progress.Report(Now());
        if (open.Count == 0)
        {
            return;
        }

        var backend = _backend ??= await target.Open(cancellationToken);
        List<DatasetRow> unsaved = [];
        try
        {
            await using var busy = crowd?.Use(backend, [.. _questions.Select(question => question.Probe)]);
            var saved = clock.GetTimestamp();
            foreach (var (set, probe) in open)
            {
                var answer = await backend.AskAsync(probe, cancellationToken);
                unsaved.AddRange(target.Keep.Of(target.Platform, set, answer, sample, clock.GetUtcNow()).Select(row => row with { Callers = target.Crowd is null ? null : crowd?.Callers ?? 0 }));
                Asked++;
                progress.Report(Now());
                if (target.Costly || clock.GetElapsedTime(saved) >= SaveEvery)
                {
                    await SaveAsync(unsaved);
                    saved = clock.GetTimestamp();
                }
            }
        }
        finally
        {
            await SaveAsync(unsaved);
        }
    }

    private async Task SaveAsync(List<DatasetRow> unsaved)
    {
        await parts.SaveAsync(target.Platform, unsaved);
        rows.AddRange(unsaved);
        unsaved.Clear();
    }

    private CollectProgress Now() => new(target.Platform, Asked + Reused, _wanted);
}
