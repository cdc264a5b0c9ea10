using System.Diagnostics;

namespace Hspi.Cli.Tests;

/// <summary>`hspi serve`, running.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly Process _process;

    private Served(Process process, string address) => (_process, Address) = (process, address);

    /// <summary>What it printed.</summary>
    public string Address { get; }

    /// <summary>Starts a server on a free port and waits until it listens.</summary>
    public static async Task<Served> StartAsync(string platform, params string[] more)
    {
        var process = HspiProgram.Start(new Dictionary<string, string>(), ["serve", "--platform", platform, .. more]);
        var address = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return address is not null
            ? new Served(process, address)
            : throw new InvalidOperationException($"It ended: {await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    /// <summary>Sends SIGTERM, as a service manager would, and waits for the end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
