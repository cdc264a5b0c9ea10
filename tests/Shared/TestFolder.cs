namespace Hspi.Tests;

/// <summary>Folders of tests, all below one in the system's temporary folder, which goes when the program of the tests ends, however they went.</summary>
/// <remarks>Only a kill leaves it behind. Compiled into every project that starts programs or writes files in many tests.</remarks>
internal static class TestFolder
{
    private static readonly string Root = Create();
    private static int _count;

    /// <summary>A new folder: tests of one run share nothing.</summary>
    public static string New() => Directory.CreateDirectory(Path.Combine(Root, $"{Interlocked.Increment(ref _count)}")).FullName;

    private static string Create()
    {
        var root = Directory.CreateTempSubdirectory("hspi-test-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        return root;
    }
}
