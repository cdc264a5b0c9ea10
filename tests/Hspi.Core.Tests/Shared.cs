using System.Runtime.CompilerServices;

namespace Hspi.Core.Tests;

/// <summary>Recordings and captures that are not part of the project: tests that read them are skipped where they are not.</summary>
internal static class Shared
{
    /// <summary>A path below the shared folder; skips the test where there is none.</summary>
    public static string Path(string relative)
    {
        var root = Environment.GetEnvironmentVariable("HSPI_SHARED");
        for (var folder = System.IO.Path.GetDirectoryName(Here()); root is null && folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            var candidate = System.IO.Path.Combine(folder, "shared");
            root = Directory.Exists(System.IO.Path.Combine(candidate, "recordings")) ? candidate : null;
        }

        var path = System.IO.Path.Combine(root ?? "", relative);
        Assert.SkipUnless(root is not null && System.IO.Path.Exists(path), $"../shared/{relative} is not here; set HSPI_SHARED to the folder that holds it.");
        return path;
    }

    /// <summary>A folder of the repository.</summary>
    public static string Repository(string relative) =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Here())!, "../..", relative));

    private static string Here([CallerFilePath] string here = "") => here;
}
