using System.Diagnostics;
using System.Globalization;

namespace Hspi.Mutation;

/// <summary>A copy of the built test program in which one assembly can be changed.</summary>
internal sealed class TestProgram
{
    private readonly string _folder;
    private readonly string _name;
    private readonly string _assembly;
    private FaultyAssembly? _last;

    /// <summary>Copies the program; its folders of data and natives are linked.</summary>
    /// <param name="built">The folder that the build left.</param>
    /// <param name="folder">Where the copy goes.</param>
    /// <param name="name">The program.</param>
    /// <param name="assembly">The assembly that will be changed.</param>
    public TestProgram(string built, string folder, string name, string assembly)
    {
        (_folder, _name, _assembly) = (folder, name, assembly);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(built))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        foreach (var below in Directory.EnumerateDirectories(built))
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(below)), below);
        }
    }

    /// <summary>Runs the tests of one namespace until the first fails.</summary>
    /// <param name="assembly">The changed assembly.</param>
    /// <param name="number">The fault in it that is awake; 0 for none.</param>
    /// <param name="selected">The namespace; those below it are others.</param>
    /// <param name="patience">After this it counts as hanging.</param>
    public Outcome Run(FaultyAssembly assembly, int number, string selected, TimeSpan patience)
    {
        if (assembly != _last)
        {
            File.WriteAllBytes(Path.Combine(_folder, _assembly + ".dll"), assembly.Bytes);
            _last = assembly;
        }

        var start = new ProcessStartInfo(
            Path.Combine(_folder, _name), ["-namespace", selected, "-trait-", "speed=slow", "-stopOnFail", "-noColor", "-noLogo", "-parallelMode", "none"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HSPI_MUTANT"] = number.ToString(CultureInfo.InvariantCulture);
        // Everybody gets the same score: what lies beside the repository on some machines is not looked at.
        start.Environment["HSPI_SHARED"] = "/nowhere";
        // A fault that allocates without end shall not take the machine with it.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x60000000";
        using var process = Process.Start(start)!;
        var told = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new Outcome(Passed: false, Hung: true, "");
        }

        return new Outcome(process.ExitCode == 0, Hung: false, told.Result + complained.Result);
    }
}

/// <summary>How the tests ended.</summary>
/// <param name="Passed">All that ran passed.</param>
/// <param name="Hung">They had to be stopped.</param>
/// <param name="Told">What they wrote.</param>
internal sealed record Outcome(bool Passed, bool Hung, string Told);
