using Hspi.Cuda.Cards;
using Hspi.Cuda.Native;
using Hspi.Cuda.Reports;

namespace Hspi.Cuda.Tests.Reports;

public sealed class CardReportTests
{
    // Made up, and marked so: it tests reading and counting, and says nothing of any card.
    private static readonly CardReport Sample = new(
        CardReport.CurrentFormat, CardOrigin.Sample, new CudaCard("made-up card", 90, 132, "13.0"), "580.1", "libcublasLt.so.13 130000", "libcudart.so.13 13.0", "2026-11-24", 1)
    {
        Topics = [new("instructions", TopicEnd.OutOfTime, 240.5, "")],
        Instructions =
        [
            new("mma_k16_f16_f16_f32", "mma.sync…", "hopper fp16 → fp32", 1000, 999, 10, 10, [new("another model", 1000)],
                [new Mismatch(["3c00"], ["3c00"], "00000000", "3f800000", "3f800001")]),
        ],
        Probes = [new("mma_k16_f16_f16_f32", ProbeAgreement.Numerics, 19, 18, [], [new("fp16_fp32_eq10", "bf000000", "bf400000")])],
        Products =
        [
            new("bf16", 64, 64, 4096, new CublasLtChoice(66, 20, 4, 2, 0, 0, 36, 0, 0), 4096, [new("one chain", 12), new("split-K 4", 4096)]),
            new("bf16", 1, 64, 4096, null, 0, []),
        ],
        Functions = [new("lg2_approx", "1+n*2^-23, n=0..4096", ["00000000"])],
        Decoder = [new("engine=cublaslt precision=bf16", "decoder/bf16-batch1.jsonl", 40, 0)],
        Operations =
        [
            new("bf16", 1, "prefill", "layer_0/query", 100, 100, 100),
            new("bf16", 1, "prefill", "layer_0/attention/mix", 100, 98, 98),
            new("bf16", 1, "prefill", "head/weight", 10, 10, 3),
        ],
        Skipped = ["tcgen05: not on this card"],
    };

    [Fact]
    public void A_report_comes_back_as_it_was_written()
    {
        var read = CardReport.Parse(Sample.ToJson(), "sample.json");

        Assert.Equal(Sample.ToJson(), read.ToJson());
        Assert.Equal(4, read.Products[0].Choice!.SplitK);
    }

    // Written by the program of 1 December 2026, when topics were called stages and an origin was any text.
    [Fact]
    public void A_report_of_an_older_program_is_read_and_comes_back_byte_for_byte()
    {
        const string Older = """
            {
              "format": "hspi-card@2",
              "origin": "generated-sample",
              "card": {
                "name": "made-up card",
                "computeCapability": 90,
                "multiprocessors": 1,
                "cudaVersion": "0.0"
              },
              "driver": "",
              "cublasLt": "none: computed units in its place",
              "runtime": "none: a made-up card",
              "date": "2026-12-01",
              "seed": 1,
              "stages": [
                {
                  "name": "products",
                  "end": "out of time",
                  "seconds": 1.4,
                  "why": ""
                }
              ],
              "instructions": [],
              "probes": [],
              "products": [
                {
                  "types": "fp32",
                  "m": 1,
                  "n": 64,
                  "k": 64,
                  "choice": {
                    "algorithmId": 66,
                    "tile": 0,
                    "splitK": 1,
                    "reductionScheme": 0,
                    "swizzle": 0,
                    "customOption": 0,
                    "stages": 0,
                    "innerShape": 0,
                    "clusterShape": 0
                  },
                  "outputs": 64,
                  "models": [
                    {
                      "model": "one chain",
                      "agreeing": 64
                    }
                  ]
                }
              ],
              "functions": [],
              "decoder": [],
              "operations": [],
              "skipped": []
            }
            """;

        var read = CardReport.Parse(Older, "older.json");

        Assert.Equal(Older, read.ToJson());
        Assert.Equal(CardOrigin.Sample, read.Origin);
        Assert.Equal([new TopicOutcome("products", TopicEnd.OutOfTime, 1.4, "")], read.Topics);
    }

    [Fact]
    public void A_generated_sample_can_never_be_taken_for_a_measurement()
    {
        var text = CardText.Render(Sample);

        Assert.StartsWith("GENERATED SAMPLE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("made-up card", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Agreement_is_told_as_n_of_m_with_the_first_disagreement()
    {
        var text = CardText.Render(Sample);

        Assert.Contains("instructions: out of time after 240.5 s", text, StringComparison.Ordinal);
        Assert.Contains("999 of 1000", text, StringComparison.Ordinal);
        Assert.Contains("nearer: another model, 1000 of 1000", text, StringComparison.Ordinal);
        Assert.Contains("fp16_fp32_eq10: card bf000000, computed bf400000", text, StringComparison.Ordinal);
        Assert.Contains("card 3f800000, computed 3f800001", text, StringComparison.Ordinal);
        Assert.Contains("bf16: every output explained by one model in 1 of 1 shapes, by one chain in 0; no kernel for 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_decoder_is_told_by_what_differs_by_itself_and_where_each_layer_differs_first()
    {
        var text = CardText.Render(Sample);

        Assert.Contains("bf16, batch 1, prefill: products on the card's own inputs 208 of 210; logits end to end 3 of 10", text, StringComparison.Ordinal);
        Assert.Contains("differs by itself: layer_0/attention/mix, 98 of 100 agree", text, StringComparison.Ordinal);
        Assert.Contains("first difference in layer_0: layer_0/attention/mix", text, StringComparison.Ordinal);
        Assert.Contains("first difference in head: head/weight, 3 of 10 agree end to end", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("""{"format":"hspi-card@1","origin":"measured"}""")]
    [InlineData("""{"format":"hspi-card@2","card":{"name":"","computeCapability":90,"multiprocessors":1,"cudaVersion":""},"cublasLt":null,"driver":"","runtime":"","date":"","seed":1}""")] // no origin
    [InlineData("""{"format":"hspi-card@2","origin":"a friend","card":{"name":"","computeCapability":90,"multiprocessors":1,"cudaVersion":""},"cublasLt":null,"driver":"","runtime":"","date":"","seed":1}""")]
    [InlineData("""{"format":"hspi-card@2","origin":7,"card":{"name":"","computeCapability":90,"multiprocessors":1,"cudaVersion":""},"cublasLt":null,"driver":"","runtime":"","date":"","seed":1}""")]
    [InlineData("""{"format":"hspi-card@2","origin":"measured","card":{"name":"","computeCapability":90,"multiprocessors":1,"cudaVersion":""},"cublasLt":null,"driver":"","runtime":"","date":"","seed":1,"stages":[{"name":"probes","seconds":1,"why":""}]}""")] // no end
    [InlineData("""{"format":"hspi-card@2","origin":"measured"}""")]
    [InlineData("""{"format":"hspi-card@2","origin":"measured","card":{"name":"","computeCapability":90,"multiprocessors":1,"cudaVersion":""},"stages":null}""")]
    public void A_foreign_file_is_refused_by_name(string json)
    {
        var error = Assert.Throws<HspiException>(() => CardReport.Parse(json, "answers/report.json"));

        Assert.StartsWith("answers/report.json: not a", error.Message, StringComparison.Ordinal);
    }
}
