using System.Runtime.CompilerServices;

namespace Hspi.Cuda.Tests;

/// <summary>The folder of reference material beside the repository, which not every machine has.</summary>
internal static class Shared
{
    /// <summary>A file below it; skips the test, with the reason, where it is absent.</summary>
    public static string PathOf(string relative)
    {
        var root = Environment.GetEnvironmentVariable("HSPI_SHARED")
            ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "shared"));
        var path = Path.Combine(root, relative);
        Assert.SkipUnless(File.Exists(path), $"../shared/{relative} is not here; set HSPI_SHARED to the folder that holds it.");
        return path;
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
