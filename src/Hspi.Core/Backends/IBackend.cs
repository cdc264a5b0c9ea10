using Hspi.Answers;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Backends;

/// <summary>Something that answers probes: a library on this machine, an emulated matrix unit, or a remote endpoint.</summary>
/// <remarks>An implementation reports what it measured and never repairs it: a NaN is an answer.</remarks>
public interface IBackend : IAsyncDisposable
{
    /// <summary>The platform as the backend itself can tell it; for a remote endpoint, only what its operator claims.</summary>
    Platform Platform { get; }

    /// <summary>Runs <paramref name="probe"/> once.</summary>
    /// <returns>The answer, or the reason there is none.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    ValueTask<Answer> AskAsync(Probe probe, CancellationToken cancellationToken);
}
