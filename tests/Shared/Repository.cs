using System.Runtime.CompilerServices;

namespace Hspi.Tests;

/// <summary>Files of the repository, and of the folder of recordings and captures beside it that is not part of the project.</summary>
internal static class Repository
{
    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../.."));

    /// <summary>A file or folder of the repository.</summary>
    public static string PathOf(string relative) => Path.GetFullPath(Path.Combine(Root, relative));

    /// <summary>A path below the shared folder, which lies beside the repository or where HSPI_SHARED points; skips the test where there is none.</summary>
    public static string Shared(string relative)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("HSPI_SHARED") ?? Path.Combine(Root, "..", "shared"), relative);
        Assert.SkipUnless(Path.Exists(path), $"../shared/{relative} is not here; set HSPI_SHARED to the folder that holds it.");
        return path;
    }

    private static string Here([CallerFilePath] string here = "") => here;
}
