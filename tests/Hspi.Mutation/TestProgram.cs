using System.Diagnostics;
using System.Globalization;

namespace Hspi.Mutation;

/// <summary>A process that runs tests against faulty assemblies (<see cref="Worker"/>), started again after it hung or died.</summary>
/// <param name="folder">The folder of the built tests.</param>
internal sealed class TestProgram(string folder) : IDisposable
{
    /// <summary>Assemblies are never unloaded, so a process lives for so many runs only.</summary>
    private const int MostRuns = 60;

    private Process? _process;
    private int _runs;

    /// <summary>Runs the tests of one namespace until the first fails.</summary>
    /// <param name="assembly">The changed assembly.</param>
    /// <param name="number">The fault in it that is awake; 0 for none.</param>
    /// <param name="selected">The namespace.</param>
    /// <param name="patience">After this it counts as hanging.</param>
    public Outcome Run(FaultyAssembly assembly, int number, string selected, TimeSpan patience)
    {
        if (_runs++ == MostRuns)
        {
            Dispose();
        }

        _process ??= Start();
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{assembly.Path}|{number}|{selected}"));
        var answer = _process.StandardOutput.ReadLineAsync();
        var hung = !answer.Wait(patience);
        if (hung || answer.Result is null)
        {
            Dispose();
            return new Outcome(hung ? Fate.Hung : Fate.Noticed, 0, "The tests did not come to an end.");
        }

        var end = answer.Result.IndexOf('|', StringComparison.Ordinal);
        var failed = answer.Result[(end + 1)..];
        return new Outcome(failed.Length == 0 ? Fate.Survived : Fate.Noticed, int.Parse(answer.Result.AsSpan(0, end), CultureInfo.InvariantCulture), failed);
    }

    /// <summary>Ends the process, whatever it does.</summary>
    public void Dispose()
    {
        _runs = 0;
        _process?.Kill(entireProcessTree: true);
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["worker", folder]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // Everybody gets the same score: what lies beside the repository on some machines is not looked at.
        start.Environment["HSPI_SHARED"] = "/nowhere";
        start.Environment["HSPI_DATA"] = Path.Combine(folder, "data");
        // A fault that allocates without end shall not take the machine with it.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x60000000";
        return Process.Start(start)!;
    }
}

/// <summary>How the tests ended.</summary>
/// <param name="Fate">What became of the fault.</param>
/// <param name="Passed">Tests that passed.</param>
/// <param name="Failed">What the first that failed says; empty where none did.</param>
internal sealed record Outcome(Fate Fate, int Passed, string Failed);
