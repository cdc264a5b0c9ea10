using Hspi.Backends;
using Hspi.Datasets;
using Hspi.Probes;

namespace Hspi.Collection;

/// <summary>How a server is asked again while callers of our own use it: it prints other bits then, and only who has seen them can recognise it.</summary>
/// <param name="Callers">Callers beside the one whose answers are kept, from 0.</param>
/// <param name="MostSamples">Times that each question is asked so, at most.</param>
/// <param name="IsEnough">Whether another round would bring little, by the rows of the platform so far; asked after each round.</param>
public sealed record Crowd(int Callers, int MostSamples, Func<IReadOnlyList<DatasetRow>, bool> IsEnough)
{
    /// <summary>Answers that callers may ask for while one is kept, at most.</summary>
    public const int MostBeside = 2;

    /// <summary>Keeps the server busy until the returned value is disposed. A caller that is refused stops: it is nobody's answer.</summary>
    /// <param name="backend">Must be safe to share between threads.</param>
    /// <param name="probes">What the callers ask; each begins elsewhere.</param>
    public IAsyncDisposable Use(IBackend backend, IReadOnlyList<Probe> probes) => new Using(
        Enumerable.Range(0, Callers).Select(caller => probes.Count * (caller + 1) / (Callers + 1)),
        backend,
        probes);

    private sealed class Using : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<Task> _callers;

        public Using(IEnumerable<int> starts, IBackend backend, IReadOnlyList<Probe> probes) =>
            _callers = [.. starts.Select(start => Task.Run(() => AskAsync(start, backend, probes)))];

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_callers);
            _stop.Dispose();
        }

        private async Task AskAsync(int start, IBackend backend, IReadOnlyList<Probe> probes)
        {
            try
            {
                for (var i = 0; i < MostBeside * probes.Count && !_stop.IsCancellationRequested; i++)
                {
                    await backend.AskAsync(probes[(start + i) % probes.Count], _stop.Token);
                }
            }
            catch (Exception ended) when (ended is OperationCanceledException or HspiException)
            {
            }
        }
    }
}
