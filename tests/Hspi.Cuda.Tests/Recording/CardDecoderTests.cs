using Hspi.Answers;
using Hspi.Backends.Emulated;
using Hspi.Collection;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Reports;
using Hspi.Datasets;
using Hspi.Networks;
using Hspi.Platforms;
using Hspi.Tests;

namespace Hspi.Cuda.Tests.Recording;

/// <summary>The decoder with its products in a library: one made of computed units must give what the emulated platforms give.</summary>
public sealed class CardDecoderTests
{
    [Theory]
    [InlineData("fp16")]
    [InlineData("bf16")]
    [InlineData("fp8")]
    public async Task A_library_of_computed_units_gives_the_bits_of_the_emulated_h100(string precision)
    {
        var folder = TestFolder.New();
        await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder) with { Topics = ["decoder"] });

        var rows = Rows(folder, $"{precision}-batch1.jsonl");
        var platform = new Platform { Engine = "emulated", Device = "h100", Architecture = "hopper", Precision = precision };
        await using var emulated = new EmulatedPlatforms(NetworkLibrary.Default()).Open(platform);
        var probe = ProbeLibrary.Default().Make("random-words", 1, 1).Probes[0];
        var answer = (Answer.Measured)await emulated.AskAsync(probe, TestContext.Current.CancellationToken);
        Assert.Equal(answer.Steps.Count, rows.Count);
        Assert.All(rows.Zip(answer.Steps), pair =>
            Assert.Equal(pair.First.LogitIds.Select(id => BitConverter.SingleToInt32Bits(pair.Second.Logits.Span[id])), pair.First.LogitBits));
    }

    [Fact]
    public async Task Rows_say_who_answered_and_never_that_a_card_did()
    {
        var folder = TestFolder.New();
        await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder) with { Topics = ["decoder"], Batches = [2] });

        var lines = await File.ReadAllLinesAsync(Path.Combine(folder, "decoder", "tf32-batch2.jsonl"), TestContext.Current.CancellationToken);
        var row = CardRows.Read("tf32", lines, out var origin)[0];

        Assert.Equal(CardOrigin.Sample, origin);
        Assert.Equal("engine=made-up version=0 device=made-up-card arch=hopper precision=tf32 batch=2", row.Platform.ToString());
        Assert.Equal((AnswerOrigin.Computed.Word(), "CUDA 0.0", 20), (row.OriginWord, row.Driver, row.TopK));
    }

    [Theory]
    [InlineData("bf16", "head/weight", "head")] // the head's types are those of no other product
    [InlineData("e4m3", "layer_0/query", "layer_0")] // only linear layers of fp8 without fast accumulation
    public async Task An_operation_that_differs_by_itself_is_named_and_where_it_is_first_seen(string spoiled, string first, string layer)
    {
        var card = new ComputedCard(MadeUp.Hopper) { SpoilProduct = (types, bytes) => bytes[2] ^= types.Name == spoiled ? (byte)0x40 : (byte)0 };

        var report = await MadeUp.RunAsync(card, MadeUp.Options(TestFolder.New()) with { Topics = ["compare"] });

        var differing = report.Operations.Where(one => one.SameInputs < one.Outputs).ToList();
        Assert.Equal(first, differing[0].Operation);
        Assert.All(report.Operations.Where(one => one.Precision is "fp16" or "fp32" or "tf32"), one => Assert.Equal((one.Outputs, one.Outputs), (one.SameInputs, one.EndToEnd)));
        Assert.Contains($"first difference in {layer}: {first}", CardText.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_product_of_the_decoder_is_compared_once_per_run()
    {
        var report = await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(TestFolder.New()) with { Topics = ["compare"] });

        var prefill = report.Operations.Where(one => one is { Precision: "fp16", Phase: "prefill" }).ToList();
        // 4 layers of 7 linear products and 2 of attention, and the head.
        Assert.Equal((4 * 9) + 1, prefill.Count);
        Assert.Equal(["layer_0/query", "layer_0/key", "layer_0/value", "layer_0/attention/scores", "layer_0/attention/mix", "layer_0/output"], prefill.Take(6).Select(one => one.Operation));
        Assert.All(report.Operations, one => Assert.Equal((one.Outputs, one.Outputs), (one.SameInputs, one.EndToEnd)));
        // The mix has the size of the output that follows it; the scores have one number per head and pair of positions.
        Assert.Equal(prefill[5].Outputs, prefill[4].Outputs);
    }

    private static IReadOnlyList<DatasetRow> Rows(string folder, string file) =>
        CardRows.Read(file, File.ReadAllLines(Path.Combine(folder, "decoder", file)), out _);
}
