using System.Diagnostics;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>What tests write below the temporary folder is gone with them.</summary>
public sealed class TestFolderTests
{
    private const string Fails = "HSPI_TEST_FOLDER_FAILS";

    [Fact]
    public void Each_folder_is_new_and_empty()
    {
        var (one, other) = (TestFolder.New(), TestFolder.New());
        File.WriteAllText(Path.Combine(one, "file"), "text");

        Assert.Empty(Directory.EnumerateFileSystemEntries(other));
        Assert.Null(Environment.GetEnvironmentVariable(Fails));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("yes", 1)]
    public async Task Tests_leave_no_folder_behind_whether_they_pass_or_fail(string fails, int code)
    {
        var temporary = TestFolder.New();
        var start = new ProcessStartInfo(
            Path.ChangeExtension(typeof(TestFolderTests).Assembly.Location, null), ["-method", $"{typeof(TestFolderTests).FullName}.{nameof(Each_folder_is_new_and_empty)}"])
        {
            RedirectStandardOutput = true,
            // Null removes the variable.
            Environment = { ["TMPDIR"] = temporary, [Fails] = fails.Length > 0 ? fails : null },
        };

        using var tests = Process.Start(start)!;
        var output = await tests.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(tests.ExitCode == code && output.Contains("Total: 1", StringComparison.Ordinal), output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "hspi-*"));
    }
}
