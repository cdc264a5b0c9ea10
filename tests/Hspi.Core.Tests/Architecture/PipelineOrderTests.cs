using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Hspi.Core.Tests.Architecture;

/// <summary>The folders of src/Hspi.Core, in the order in which data flows. A folder may use itself and those before it.</summary>
public sealed partial class PipelineOrderTests
{
    private static readonly string[] Order =
    [
        "Platforms", "Probes", "Answers", "Networks", "Exchanges", "Dialects", "Backends", "Fingerprints",
        "Datasets", "Collection", "Readers", "Classification", "Interviews", "Verdicts", "Examinations", "Comparisons", "Reports", "Evaluation",
    ];

    public static TheoryData<string> Folders =>
        [.. Directory.EnumerateDirectories(SourceRoot()).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_stage_uses_only_earlier_stages(string folder)
    {
        var later = Order.SkipWhile(name => name != folder).Skip(1).ToHashSet();

        var offences =
            from file in Directory.EnumerateFiles(Path.Combine(SourceRoot(), folder), "*.cs", SearchOption.AllDirectories)
            from Match used in StageName().Matches(File.ReadAllText(file))
            where later.Contains(used.Groups["stage"].Value)
            select $"{Path.GetRelativePath(SourceRoot(), file)} uses {used.Value}";

        Assert.Empty(offences);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Every_folder_has_a_place_in_the_order(string folder) => Assert.Contains(folder, Order);

    [Fact]
    public void The_readme_has_a_row_for_every_stage_in_this_order() =>
        Assert.Equal(Order, StageRow().Matches(File.ReadAllText(Path.Combine(SourceRoot(), "README.md"))).Select(row => row.Groups["stage"].Value));

    [Fact]
    public void The_drawing_on_the_first_page_is_made_of_stages()
    {
        var drawing = Drawing().Match(File.ReadAllText(Path.Combine(SourceRoot(), "../../README.md"))).Value;

        var drawn = DrawnStage().Matches(drawing).Select(stage => stage.Value).ToHashSet();

        Assert.Contains("Interviews", drawn);
        Assert.Subset(Order.ToHashSet(), drawn);
    }

    [Fact]
    public void Numerics_references_no_package_and_no_project()
    {
        var project = File.ReadAllText(Path.Combine(SourceRoot(), "../Hspi.Numerics/Hspi.Numerics.csproj"));

        Assert.DoesNotContain("Reference", project, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\bHspi\.(?<stage>\w+)")]
    private static partial Regex StageName();

    [GeneratedRegex(@"(?m)^\| `(?<stage>\w+)` \|")]
    private static partial Regex StageRow();

    [GeneratedRegex(@"(?m)^```\nrecord [^`]+")]
    private static partial Regex Drawing();

    // Words with one capital: no GPUs, no HTML.
    [GeneratedRegex(@"\b[A-Z][a-z]+\b")]
    private static partial Regex DrawnStage();

    private static string SourceRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/Hspi.Core"));
}
