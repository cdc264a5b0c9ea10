using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Hspi.Core.Tests.Architecture;

/// <summary>The pages for readers: they find each other, and say for whom they are.</summary>
public sealed partial class PagesTests
{
    public static TheoryData<string> Pages =>
        [.. Folders().SelectMany(folder => Directory.EnumerateFiles(folder, "*.md")).Select(file => Path.GetRelativePath(Root(), file)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> LongPages =>
        [.. Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md").Select(file => Path.GetRelativePath(Root(), file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_link_leads_to_a_file_and_a_heading_that_exist(string page)
    {
        var text = File.ReadAllText(Path.Combine(Root(), page));

        var lost =
            from Match link in Link().Matches(text)
            let target = link.Groups["target"].Value
            where !target.Contains("://", StringComparison.Ordinal) && !Leads(page, target)
            select target;

        Assert.Empty(lost);
    }

    [Theory]
    [MemberData(nameof(LongPages))]
    public void A_page_of_docs_says_in_its_first_lines_for_whom_it_is(string page) =>
        Assert.StartsWith("*For who", File.ReadLines(Path.Combine(Root(), page)).ElementAt(2), StringComparison.Ordinal);

    [Fact]
    public void Every_page_is_in_the_index()
    {
        var index = Path.Combine("docs", "README.md");
        var linked = Link().Matches(File.ReadAllText(Path.Combine(Root(), index)))
            .Select(link => Path.GetFullPath(Path.Combine(Root(), "docs", link.Groups["target"].Value)))
            .ToHashSet(StringComparer.Ordinal);

        Assert.DoesNotContain(Pages, page => page.Data != index && !linked.Contains(Path.Combine(Root(), page.Data)));
    }

    private static bool Leads(string page, string target)
    {
        var parts = target.Split('#');
        var file = parts[0].Length == 0
            ? Path.Combine(Root(), page)
            : Path.GetFullPath(Path.Combine(Root(), Path.GetDirectoryName(page)!, parts[0]));
        return parts.Length == 1
            ? Path.Exists(file)
            : File.Exists(file) && File.ReadLines(file).Any(line => line.StartsWith('#') && Anchor(line) == parts[1]);
    }

    // As GitHub makes it of a heading.
    private static string Anchor(string heading) =>
        NotInAnchors().Replace(heading.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-');

    // Folders of build output and of git hold pages of others.
    private static IEnumerable<string> Folders() =>
        ((string[])["datasets", "docs", "probes", "src", "tests", "trained"])
            .SelectMany(folder => Directory.EnumerateDirectories(Path.Combine(Root(), folder), "*", SearchOption.AllDirectories).Prepend(Path.Combine(Root(), folder)))
            .Prepend(Root());

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
