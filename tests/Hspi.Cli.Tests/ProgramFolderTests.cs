using System.Runtime.InteropServices;

namespace Hspi.Cli.Tests;

/// <summary>What a build leaves in the program's folder.</summary>
public sealed class ProgramFolderTests
{
    private static readonly DirectoryInfo Folder = new(Path.GetDirectoryName(HspiProgram.FilePath)!);

    [Fact]
    public void It_stays_below_560_megabytes() =>
        Assert.InRange(Folder.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 0, 560_000_000);

    [Fact]
    public void Natives_are_those_of_this_system()
    {
        var others = Folder.GetDirectories("runtimes/*").Select(folder => folder.Name)
            .Where(name => !$"{RuntimeInformation.RuntimeIdentifier}-".StartsWith($"{name}-", StringComparison.Ordinal));

        Assert.Empty(others);
    }
}
