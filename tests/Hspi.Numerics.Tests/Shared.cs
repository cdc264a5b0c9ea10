using System.Runtime.CompilerServices;

namespace Hspi.Numerics.Tests;

/// <summary>The folder of reference material beside the repository, which not every machine has.</summary>
internal static class Shared
{
    /// <summary>A path below it; skips the test, with the reason, where it is absent.</summary>
    public static string PathOf(string relative)
    {
        var root = Environment.GetEnvironmentVariable("HSPI_SHARED")
            ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "shared"));
        var path = Path.Combine(root, relative);
        Assert.SkipUnless(Path.Exists(path), $"{relative}: no reference folder beside the repository (HSPI_SHARED can name it).");
        return path;
    }

    // This file's own path: a caller lies deeper in the tree.
    private static string Here([CallerFilePath] string here = "") => here;
}
