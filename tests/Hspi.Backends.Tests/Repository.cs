using System.Runtime.CompilerServices;

namespace Hspi.Backends.Tests;

/// <summary>Files outside of the test's own folder.</summary>
internal static class Repository
{
    /// <summary>A file of the shared folder; skips the test where there is none.</summary>
    public static string Shared(string relative)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("HSPI_SHARED") ?? Path.Combine(Root, "..", "shared"), relative);
        Assert.SkipUnless(File.Exists(path), $"../shared/{relative} is not here; set HSPI_SHARED to the folder that holds it.");
        return path;
    }

    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    private static string Here([CallerFilePath] string here = "") => here;
}
