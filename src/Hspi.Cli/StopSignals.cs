using System.Runtime.InteropServices;

namespace Hspi.Cli;

/// <summary>Ctrl-C and SIGTERM: first they ask the command to stop; if it cannot hear, as while a FIFO is opened, they end the program.</summary>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;

    public StopSignals() => _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    public void Dispose()
    {
        Array.ForEach(_signals, signal => signal.Dispose());
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_stop.IsCancellationRequested)
        {
            Environment.Exit(ExitCode.Stopped);
        }

        // Not awaited: whoever ends in time disposes of all this by ending.
        _ = Task.Delay(Patience).ContinueWith(_ => Environment.Exit(ExitCode.Stopped), TaskScheduler.Default);
        _stop.Cancel();
    }
}
