using Hspi.Cuda.Cards;
using Hspi.Cuda.Recording;
using Hspi.Cuda.Reports;
using Hspi.Numerics.Vectors;
using Hspi.Tests;

namespace Hspi.Cuda.Tests.Recording;

public sealed class CardRunTests
{
    [Fact]
    public async Task Topics_run_in_their_order_and_each_leaves_its_files()
    {
        var folder = TestFolder.New();

        var report = await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder));

        Assert.Equal(CardTopics.All.Select(topic => (topic.Name, TopicEnd.Done)), report.Topics.Select(topic => (topic.Name, topic.End)));
        Assert.True(report.Agrees);
        Assert.Equal(24, report.Instructions.Count);
        Assert.All(VectorCheck.Expand([Path.Combine(folder, "rows")]).Select(VectorCheck.Of), file => Assert.Equal(0, file.Mismatches));
        Assert.True(File.Exists(Path.Combine(folder, "probes", "wgmma_k32_e4m3_e4m3_f32.jsonl")));
        Assert.All(report.Decoder, answers => Assert.True(File.Exists(Path.Combine(folder, answers.File))));
        Assert.Equal(report.ToJson(), await File.ReadAllTextAsync(Path.Combine(folder, "report.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    [NeedsCard]
    public async Task A_real_card_answers_every_topic_and_is_said_to_be_measured()
    {
        var card = RealCard.OpenOrSkip();

        var report = await MadeUp.RunAsync(card, MadeUp.Options(TestFolder.New()));

        Assert.All(report.Topics, topic => Assert.Equal((TopicEnd.Done, ""), (topic.End, topic.Why)));
        Assert.Equal(CardOrigin.Measured, report.Origin);
    }

    [Fact]
    public async Task A_second_run_adds_to_the_report_of_the_first()
    {
        var folder = TestFolder.New();
        await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder) with { Topics = ["functions"] });

        var report = await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder) with { Topics = ["probes"] });

        Assert.Equal(["functions", "probes"], report.Topics.Select(topic => topic.Name));
        Assert.Equal(9, report.Functions.Count);
        Assert.NotEmpty(report.Probes);
    }

    [Fact]
    public async Task Answers_of_two_cards_are_never_mixed()
    {
        var folder = TestFolder.New();
        await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder) with { Topics = ["functions"] });

        var ada = new ComputedCard(Hspi.Numerics.Units.Architecture.Find("ada")!);
        var error = await Assert.ThrowsAsync<HspiException>(() => MadeUp.RunAsync(ada, MadeUp.Options(folder) with { Topics = ["functions"] }));

        Assert.Contains("Choose another --output", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_library_and_a_refused_kernel_cost_nothing_else()
    {
        const string refused = "mma_k32_e4m3_e4m3_f16";

        var report = await MadeUp.RunAsync(new PoorCard(refused), MadeUp.Options(TestFolder.New()));

        Assert.Equal(23, report.Instructions.Count);
        Assert.Equal(5, report.Functions.Count);
        Assert.Contains("functions of CUDA's library: none of libnvrtc.so.13 is installed on this machine", report.Skipped);
        Assert.Contains(report.Skipped, reason => reason.Contains("CUDA_ERROR_UNSUPPORTED_PTX_VERSION", StringComparison.Ordinal));
        Assert.Equal(
            ["products", "decoder", "compare"],
            report.Topics.Where(topic => topic.End == TopicEnd.Failed && topic.Why.StartsWith("no cuBLASLt: none of", StringComparison.Ordinal)).Select(topic => topic.Name));
    }

    [Fact]
    public async Task A_driver_that_refuses_every_kernel_agrees_with_nothing()
    {
        var report = await MadeUp.RunAsync(new PoorCard(), MadeUp.Options(TestFolder.New()) with { Topics = ["probes", "instructions"] });

        Assert.All(report.Topics, topic => Assert.Equal(TopicEnd.Failed, topic.End));
        Assert.All(report.Topics, topic => Assert.StartsWith("no matrix instruction can be asked: mma.sync", topic.Why, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slow_topic_ends_with_what_it_has_and_leaves_the_rest_its_share()
    {
        // The clock moves a second whenever it is read: the products alone would read it for far longer than all topics have.
        var options = MadeUp.Options(TestFolder.New()) with { Topics = ["functions", "products", "decoder"], Limit = TimeSpan.FromSeconds(20) };

        var report = await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), options, new SteppingClock());

        Assert.Equal([TopicEnd.Done, TopicEnd.OutOfTime, TopicEnd.OutOfTime], report.Topics.Select(topic => topic.End));
        Assert.InRange(report.Products.Count, 1, 31);
        Assert.InRange(report.Decoder.Count, 1, 5);
        Assert.True(report.Topics.Sum(topic => topic.Seconds) < 30);
    }
}
