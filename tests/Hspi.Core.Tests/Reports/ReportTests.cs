using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hspi.Answers;
using Hspi.Backends.Endpoint;
using Hspi.Classification;
using Hspi.Dialects;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.Lattice;
using Hspi.Readers.LogUnit;
using Hspi.Readers.NumberText;
using Hspi.Readers.References;
using Hspi.Readers.Steadiness;
using Hspi.Readers.Surface;
using Hspi.Reports;
using Hspi.Reports.Html;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Reports;

/// <summary>The three forms of a report, on one that holds something of everything, some of it hostile.</summary>
public sealed partial class ReportTests
{
    private const string Hostile = "<img src=x onerror=alert(1)>\u001b[31m\"'&";

    [Fact]
    public void The_page_is_complete_in_itself()
    {
        var page = HtmlReport.Render(Report(step: 1.0 / 16));

        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(OutsideResource().Matches(page));
        Assert.Contains("@media print", page, StringComparison.Ordinal);
        Assert.Contains("width=device-width", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_endpoint_says_never_becomes_markup_or_an_escape_sequence()
    {
        var report = Report(step: 1.0 / 16);

        Assert.DoesNotContain("<img", HtmlReport.Render(report), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', HtmlReport.Render(report));
        Assert.DoesNotContain('\u001b', TextReport.Render(report));
    }

    [Fact]
    public void Every_tag_that_opens_closes()
    {
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(HtmlReport.Render(Report(step: 1.0 / 16))))
        {
            var name = tag.Groups["name"].Value;
            if (name is "meta" or "br" || tag.Value.EndsWith("/>", StringComparison.Ordinal))
            {
                continue;
            }

            if (tag.Value[1] != '/')
            {
                open.Push(name);
                continue;
            }

            Assert.Equal(open.Pop(), name);
        }

        Assert.Empty(open);
    }

    [Theory]
    [InlineData(1.0 / 16, "12 of 12 tokens")]
    [InlineData(0, "0 of 12 tokens")]
    public void The_lattice_is_drawn_as_it_is(double step, string caption) =>
        Assert.Contains(caption, HtmlReport.Render(Report(step)), StringComparison.Ordinal);

    [Fact]
    public void Every_picture_is_there_when_there_is_something_to_draw()
    {
        var page = HtmlReport.Render(Report(step: 1.0 / 16));

        Assert.All(
            (string[])["Who it could be", "Do the scores stand on a ladder?", "How the numbers are written", "The same question again", "Compared with platforms that we know", "How far off", "How often the classifier is right", "What could not be seen"],
            heading => Assert.Contains(heading, page, StringComparison.Ordinal));
    }

    [Fact]
    public void A_report_about_nothing_still_renders()
    {
        var empty = Examination.Of(new EvidenceLog(new Dictionary<string, string> { ["endpoint"] = "http://127.0.0.1/" }, [], [], Truncated: false));

        Assert.Contains("unknown", HtmlReport.Render(empty), StringComparison.Ordinal);
        Assert.Contains("verdict: unknown", TextReport.Render(empty), StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_holds_what_the_issue_promises()
    {
        var report = JsonDocument.Parse(JsonReport.Render(Report(step: 1.0 / 16))).RootElement;

        Assert.Equal("consistent", report.GetProperty("verdict").GetString());
        var first = report.GetProperty("ranking")[0];
        Assert.Equal("torch-bf16", first.GetProperty("platform").GetString());
        Assert.InRange(first.GetProperty("probability").GetDouble(), 0.99, 1);
        Assert.Equal(9, report.GetProperty("cost").GetProperty("calls").GetInt32());
        Assert.Equal(120, report.GetProperty("cost").GetProperty("tokens").GetInt32());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("readings")[2].GetProperty("logLikelihoods").GetProperty("fp32").ValueKind);
    }

    private static Examination Report(double step)
    {
        List<ParsedAnswer> answers = [.. Enumerable.Range(0, 3).Select(number => Answer(step, number))];
        var findings = new Findings(
            new SurfaceReader(SignatureBase.Default()).Read([]),
            NumberTextReader.Read(answers),
            LogitLatticeReader.Read(answers) with
            {
                Reading = new("logit-lattice", Aspect.Head, Hostile, new Dictionary<string, double> { ["bf16"] = 0, ["fp16"] = -50, ["fp32"] = double.NegativeInfinity }, 4, Hostile),
            },
            LogUnitReader.Read(answers),
            SteadinessReader.Read(answers.Select(answer => ("question", answer))));
        var references = new ReferenceFinding(
            new("reference", Aspect.Platform, "seen", new Dictionary<string, double>(), 3, "more"),
            [
                new(new("torch-bf16", [PlatformText.Parse("engine=torch precision=bf16")], 300, 300), []),
                new(new("onnx-fp32", [PlatformText.Parse("engine=onnxruntime precision=fp32")], 300, 20), [0, 1e-6, -0.25, 3]),
            ]);
        var held = new Measured(
            20, 10, Interval.Wilson(19, 20), Interval.Wilson(19, 20), Interval.Wilson(19, 20),
            [Hostile, "b"], [Interval.Wilson(9, 10), Interval.Wilson(10, 10)], [Interval.Wilson(9, 9), Interval.Wilson(10, 11)], [0.9, 0.9], [[9, 1], [0, 10]]);
        var claim = PlatformClaim.Parse("engine=torch precision=bf16");
        return new Examination
        {
            Endpoint = "http://127.0.0.1:8000/" + Hostile,
            Model = Hostile,
            Dialect = "openai-chat",
            Claim = claim.ToString(),
            Started = "2026-11-24 03:00:00Z",
            Findings = findings,
            References = references,
            Classifier = new ClassifierFinding(new("classifier", Aspect.Precision, Hostile, new Dictionary<string, double>(), 3, "more"), held),
            Conclusion = VerdictRules.Conclude(new Observations { Claim = claim, Readings = findings.Readings, References = references.Agreements }),
            Limits = [Hostile],
            Cost = new Spent(9, 100, 20, 0.001m),
        };
    }

    /// <summary>Four tokens, no two alike: a reader leaves a repeated position out.</summary>
    private static ParsedAnswer Answer(double step, int number) => new()
    {
        Dialect = "openai-chat",
        Text = Hostile,
        Steps =
        [
            .. Enumerable.Range(0, 4).Select(position => new Step
            {
                Token = Hostile,
                Alternatives =
                [
                    .. Enumerable.Range(0, 8).Select(rank => new Alternative(
                        null, $"{Hostile}{rank}", (-Highest(step) - Gap(step, (rank * (position + 2)) + (rank > 3 ? number : 0))).ToString("R", CultureInfo.InvariantCulture))),
                ],
            }),
        ],
    };

    /// <summary>No multiple of a step: the log-sum of real answers is none, and what is one was rounded when it was printed.</summary>
    private static double Highest(double step) => step > 0 ? 0.31337 : 0.3125;

    /// <summary>A whole number of steps; for a step of 0 a number that is a multiple of nothing.</summary>
    private static double Gap(double step, int count) => step > 0 ? step * count : 0.137 * Math.Sqrt(count);

    [GeneratedRegex("""<[^>]*\b(src|href)\s*=|url\(|@import""")]
    private static partial Regex OutsideResource();

    [GeneratedRegex("""</?(?<name>[a-z][a-z0-9]*)\b[^>]*>""")]
    private static partial Regex Tag();
}
