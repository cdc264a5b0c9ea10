using System.Text.Json.Nodes;
using Hspi.Backends.Endpoint;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Tests;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Interviews;

/// <summary>Evidence without its end, and evidence whose records were written by somebody else.</summary>
public sealed class EndingTests
{
    private readonly string _folder = TestFolder.New();

    [Fact]
    public async Task A_run_that_came_to_its_end_is_closed_and_one_that_was_cut_is_unfinished()
    {
        var whole = await RunAsync();
        var records = EvidenceFile.Read(whole).ToList();

        var cut = Examination.Of(Log(records[..^1]));

        Assert.Equal(Ending.Closed, Examination.Of(EvidenceFile.Load(whole)).Ending);
        Assert.Equal(Ending.Unfinished, cut.Ending);
        Assert.Contains(cut.Limits, limit => limit.Contains("unfinished", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evidence_of_an_earlier_version_is_judged_as_before_and_says_so()
    {
        var records = EvidenceFile.Read(await RunAsync()).ToList();
        records[0] = new EvidenceRecord.Settings(((EvidenceRecord.Settings)records[0]).Values.Where(pair => pair.Key != "evidence").ToDictionary());

        var old = Examination.Of(Log(records[..^1]));

        Assert.Equal(Ending.BeforeClosing, old.Ending);
        Assert.Contains(old.Limits, limit => limit.Contains("before closing records", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_confirmed_by_unfinished_evidence()
    {
        var seen = new Observations { Claim = PlatformClaim.Parse("precision=bf16"), IsUnfinished = true };
        var consistent = new Verdict.Consistent("fits");

        Assert.IsType<Verdict.Unknown>(VerdictRules.Withhold(consistent, seen));
        Assert.Same(consistent, VerdictRules.Withhold(consistent, seen with { IsUnfinished = false }));
    }

    [Fact]
    public async Task A_request_whose_answer_was_never_recorded_is_counted_at_its_worst()
    {
        var records = EvidenceFile.Read(await RunAsync()).ToList();
        var last = records.FindLastIndex(record => record is EvidenceRecord.Sent);

        var killed = Log(records[..last]);
        var budget = new Budget(new BudgetLimits());
        budget.Charge(killed.Exchanges, SentNotes.Lost(killed));

        Assert.Equal(records.Count(record => record is EvidenceRecord.Sent), budget.Spent.Calls);
        Assert.True(Assert.Single(Examination.Of(killed).Lost).PromptTokens > 50);
        Assert.Empty(SentNotes.Lost(Log(records)));
    }

    [Fact]
    public async Task A_record_of_any_wrong_type_is_refused_with_words()
    {
        var records = EvidenceFile.Read(await RunAsync()).ToList();
        string[] wrong = ["null", "1", "\"text\"", "[]", "{}", "[null]", "true", "-1e999"];
        for (var i = 0; i < records.Count; i++)
        {
            if (records[i] is not EvidenceRecord.Note note)
            {
                continue;
            }

            foreach (var json in wrong.Concat(Changed(note.Json, wrong)))
            {
                var log = Log([.. records[..i], note with { Json = json }, .. records[(i + 1)..]]);
                try
                {
                    Hspi.Reports.TextReport.Render(Examination.Of(log));
                }
                catch (HspiException)
                {
                    // Refused, with words.
                }
            }
        }
    }

    [Fact]
    public async Task Two_runs_never_write_one_evidence_file()
    {
        var path = await RunAsync();
        using var first = EvidenceWriter.Continue(path, new SecretScrubber(), out _);

        var second = Assert.Throws<HspiException>(() => EvidenceWriter.Continue(path, new SecretScrubber(), out _));

        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", second.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_of_a_killed_run_is_taken_over()
    {
        var path = Path.Combine(_folder, "x.gz");
        File.CreateSymbolicLink(path + ".lock", $"process {Environment.ProcessId} on {Environment.MachineName} since 1");

        OutputLock.Take(path).Dispose();

        Assert.Null(new FileInfo(path + ".lock").LinkTarget);
        File.CreateSymbolicLink(path + ".lock", "process 1 on elsewhere since 1");
        Assert.Contains("elsewhere", Assert.Throws<HspiException>(() => OutputLock.Take(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_is_followed_and_not_replaced()
    {
        var (link, target) = (Path.Combine(_folder, "link"), Path.Combine(_folder, "target"));
        File.CreateSymbolicLink(link, target);

        await Hspi.Datasets.WholeFile.WriteTextAsync(link, "new", TestContext.Current.CancellationToken);

        Assert.Equal("new", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        Assert.Equal(target, new FileInfo(link).LinkTarget);
    }

    /// <summary>Each value inside a record, in turn, of each wrong type.</summary>
    private static IEnumerable<string> Changed(string json, string[] wrong)
    {
        if (JsonNode.Parse(json) is not JsonObject whole)
        {
            yield break;
        }

        foreach (var name in whole.Select(member => member.Key).ToList())
        {
            foreach (var value in wrong.Where(value => value != "-1e999"))
            {
                var changed = whole.DeepClone().AsObject();
                changed[name] = JsonNode.Parse(value);
                yield return changed.ToJsonString();
            }
        }
    }

    private static EvidenceLog Log(IReadOnlyList<EvidenceRecord> records) => new(
        records.OfType<EvidenceRecord.Settings>().Single().Values,
        [.. records.OfType<EvidenceRecord.Sent>().Select(sent => sent.Value)],
        [.. records.OfType<EvidenceRecord.Note>()],
        false)
    {
        Last = records[^1],
    };

    private async Task<string> RunAsync()
    {
        await using var server = HostileServer.Start("good");
        var path = Path.Combine(_folder, "run.gz");
        await Interview.AskAsync(
            new InterviewSettings { Endpoint = new EndpointOptions { Address = server.Address }, Claim = PlatformClaim.Parse("precision=bf16") }, path, null, TestContext.Current.CancellationToken);
        return path;
    }
}
