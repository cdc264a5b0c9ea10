using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Hspi.Cuda.Tests;

/// <summary>The folders of src/Hspi.Cuda. One may use itself and those before it: what a platform on a card needs knows nothing of the recorder.</summary>
public sealed partial class FolderOrderTests
{
    private static readonly string[] Order = ["Native", "Kernels", "Cards", "Platforms", "Reports", "Recording"];

    public static TheoryData<string> Folders => [.. Order];

    [Fact]
    public void Every_folder_has_a_place_in_the_order() =>
        Assert.Equal(Order.Order(StringComparer.Ordinal), Directory.EnumerateDirectories(Root()).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_earlier_folders(string folder)
    {
        var later = Order.SkipWhile(name => name != folder).Skip(1).ToHashSet();

        var offences =
            from file in Directory.EnumerateFiles(Path.Combine(Root(), folder), "*.cs")
            from Match used in FolderName().Matches(File.ReadAllText(file))
            where later.Contains(used.Groups["folder"].Value)
            select $"{Path.GetRelativePath(Root(), file)} uses {used.Value}";

        Assert.Empty(offences);
    }

    [GeneratedRegex(@"\bHspi\.Cuda\.(?<folder>\w+)")]
    private static partial Regex FolderName();

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../src/Hspi.Cuda"));
}
