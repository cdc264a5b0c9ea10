using System.Diagnostics;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>What tests write below the temporary folder is gone with them.</summary>
public sealed class TestFolderTests
{
    [Theory]
    [InlineData(nameof(A_test_that_passes), 0)]
    [InlineData(nameof(A_test_that_fails), 1)]
    public async Task Tests_leave_no_folder_behind_whether_they_pass_or_fail(string method, int code)
    {
        var temporary = TestFolder.New();
        var start = new ProcessStartInfo(Path.ChangeExtension(typeof(TestFolderTests).Assembly.Location, null), ["-method", $"{typeof(TestFolderTests).FullName}.{method}", "-explicit", "only"])
        {
            RedirectStandardOutput = true,
            Environment = { ["TMPDIR"] = temporary },
        };

        using var tests = Process.Start(start)!;
        var output = await tests.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tests.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(tests.ExitCode == code && output.Contains("Total: 1", StringComparison.Ordinal), output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary, "hspi-*"));
    }

    [Fact(Explicit = true)]
    public void A_test_that_passes() => File.WriteAllText(Path.Combine(TestFolder.New(), "file"), "text");

    [Fact(Explicit = true)]
    public void A_test_that_fails()
    {
        File.WriteAllText(Path.Combine(TestFolder.New(), "file"), "text");
        Assert.Fail("as it shall");
    }
}
