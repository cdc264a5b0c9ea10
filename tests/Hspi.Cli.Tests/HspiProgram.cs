using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Hspi.Cli.Tests;

/// <summary>The built program, started as a user would.</summary>
internal static class HspiProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Where `make build` leaves it.</summary>
    public static string FilePath { get; } = System.IO.Path.Combine(Root(), ".artifacts", "hspi", "hspi");

    /// <summary>Runs it to its end.</summary>
    public static Task<Ended> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Runs it to its end, with variables of its own.</summary>
    public static async Task<Ended> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        await ToEndAsync(Start(environment, arguments));

    /// <summary>Runs another edition of it to its end.</summary>
    public static Task<Ended> RunAsync(FileInfo program, params string[] arguments) => ToEndAsync(Start(program.FullName, new Dictionary<string, string>(), arguments));

    private static async Task<Ended> ToEndAsync(Process started)
    {
        using var process = started;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return new Ended(process.ExitCode, await output, await error);
    }

    /// <summary>Starts it, all its streams redirected.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) => Start(FilePath, environment, arguments);

    private static Process Start(string program, IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string Root([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../.."));
}

/// <summary>How the program ended.</summary>
internal sealed record Ended(int Code, string Output, string Error);
