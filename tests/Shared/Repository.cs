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
        var path = InShared(relative);
        Assert.SkipUnless(Path.Exists(path), Absent(relative));
        return path;
    }

    /// <summary>Our own excerpt in the shape of a recording, and the recording itself where the shared folder has it; says so where not.</summary>
    public static IEnumerable<string> Recordings(string file)
    {
        yield return PathOf($"tests/Hspi.Core.Tests/Recordings/{file}");
        var recording = InShared($"recordings/{file}");
        if (File.Exists(recording))
        {
            yield return recording;
        }
        else
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"Only our own excerpt was read: {Absent($"recordings/{file}")}");
        }
    }

    private static string InShared(string relative) => Path.Combine(Environment.GetEnvironmentVariable("HSPI_SHARED") ?? Path.Combine(Root, "..", "shared"), relative);

    private static string Absent(string relative) => $"../shared/{relative} is not here; set HSPI_SHARED to the folder that holds it.";

    private static string Here([CallerFilePath] string here = "") => here;
}
