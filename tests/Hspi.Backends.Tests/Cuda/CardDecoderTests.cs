using Hspi.Answers;
using Hspi.Backends.Cuda.Card;
using Hspi.Backends.Cuda.Stages;
using Hspi.Backends.Emulated;
using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Networks;
using Hspi.Platforms;
using Hspi.Tests;

namespace Hspi.Backends.Tests.Cuda;

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
        await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder) with { Stages = ["decoder"] });

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
        await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(folder) with { Stages = ["decoder"], Batches = [2] });

        var lines = await File.ReadAllLinesAsync(Path.Combine(folder, "decoder", "tf32-batch2.jsonl"), TestContext.Current.CancellationToken);
        var row = CardRows.Read("tf32", lines, out var origin)[0];

        Assert.Equal(CardReport.Sample, origin);
        Assert.Equal("engine=made-up version=0 device=made-up-card arch=hopper precision=tf32 batch=2", row.Platform.ToString());
        Assert.Equal((AnswerOrigin.Computed.Word(), "CUDA 0.0", 20), (row.OriginWord, row.Driver, row.TopK));
    }

    [Theory]
    [InlineData("bf16", "head/weight", "head")] // the head's types are those of no other product
    [InlineData("e4m3", "layer_0/query", "layer_0")] // only linear layers of fp8 without fast accumulation
    public async Task An_operation_that_differs_by_itself_is_named_and_where_it_is_first_seen(string spoiled, string first, string layer)
    {
        using var card = new ComputedCard(MadeUp.Hopper) { SpoilProduct = (types, bytes) => bytes[2] ^= types.Name == spoiled ? (byte)0x40 : (byte)0 };

        var report = await MadeUp.RunAsync(card, MadeUp.Options(TestFolder.New()) with { Stages = ["compare"] });

        var differing = report.Operations.Where(one => one.SameInputs < one.Outputs).ToList();
        Assert.Equal(first, differing[0].Operation);
        Assert.All(report.Operations.Where(one => one.Precision is "fp16" or "fp32" or "tf32"), one => Assert.Equal((one.Outputs, one.Outputs), (one.SameInputs, one.EndToEnd)));
        Assert.Contains($"first difference in {layer}: {first}", CardText.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_product_of_the_decoder_is_compared_once_per_run()
    {
        var report = await MadeUp.RunAsync(new ComputedCard(MadeUp.Hopper), MadeUp.Options(TestFolder.New()) with { Stages = ["compare"] });

        var prefill = report.Operations.Where(one => one is { Precision: "fp16", Phase: "prefill" }).ToList();
        // 4 layers of 7 linear products and 2 of attention, and the head.
        Assert.Equal((4 * 9) + 1, prefill.Count);
        Assert.Equal(["layer_0/query", "layer_0/key", "layer_0/value", "layer_0/attention/scores", "layer_0/attention/mix", "layer_0/output"], prefill.Take(6).Select(one => one.Operation));
        Assert.All(report.Operations, one => Assert.Equal((one.Outputs, one.Outputs), (one.SameInputs, one.EndToEnd)));
        // The mix has the size of the output that follows it; the scores have one number per head and pair of positions.
        Assert.Equal(prefill[5].Outputs, prefill[4].Outputs);
    }

    [Theory]
    [InlineData("NVIDIA H200", "h200")]
    [InlineData("NVIDIA H100 80GB HBM3", "h100-80gb-hbm3")]
    [InlineData("NVIDIA A100-SXM4-40GB", "a100-sxm4-40gb")]
    public void A_card_is_a_column_that_a_claim_can_shorten(string name, string device)
    {
        Assert.Equal(device, DecoderStage.DeviceOf(name));
        Assert.Equal(device, PlatformText.ValueOf(PlatformText.Parse($"engine=cublaslt device={device}"), "device"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"a friend\"}")]
    [InlineData("{\"format\":\"hspi-card-rows@2\",\"origin\":\"measured\"}")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"measured\"}\n{\"engine\":\"cublas")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"measured\"}\n{\"motor\":\"cublaslt\"}")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"measured\"}\nnull")]
    public void Foreign_or_damaged_rows_are_refused_by_name(string text)
    {
        var error = Assert.Throws<HspiException>(() => CardRows.Read("rows.jsonl", text.Split('\n'), out _));

        Assert.StartsWith("rows.jsonl", error.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<DatasetRow> Rows(string folder, string file) =>
        CardRows.Read(file, File.ReadAllLines(Path.Combine(folder, "decoder", file)), out _);
}
