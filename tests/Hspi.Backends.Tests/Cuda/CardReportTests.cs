using Hspi.Backends.Cuda.Card;
using Hspi.Backends.Cuda.Native;

namespace Hspi.Backends.Tests.Cuda;

public sealed class CardReportTests
{
    // Made up, and marked so: it tests reading and counting, and says nothing of any card.
    private static readonly CardReport Sample = new(
        CardReport.CurrentFormat,
        "generated-sample",
        new CudaCard("made-up card", 90, 132, "13.0"),
        "libcublasLt.so.13 130000",
        "libcudart.so.13 13.0",
        "2026-11-24",
        1,
        [new InstructionAgreement("mma_k16_f16_f16_f32", "mma.sync…", "hopper fp16 → fp32", 1000, 999,
            [new Mismatch(["3c00"], ["3c00"], "00000000", "3f800000", "3f800001")])],
        [new ProductAgreement("bf16", 64, 64, 4096, new CublasLtChoice(66, 20, 4, 2, 0, 0, 36, 0, 0), 4096,
            new Dictionary<string, long> { ["split-K 4"] = 4096, ["plain"] = 12 })],
        [new FunctionAnswers("lg2_approx", "1+n*2^-23, n=0..4096", ["00000000"])],
        ["tcgen05: not on this card"]);

    [Fact]
    public void A_report_comes_back_as_it_was_written()
    {
        var read = CardReport.Parse(Sample.ToJson(), "sample.json");

        Assert.Equal(Sample.ToJson(), read.ToJson());
        Assert.Equal(4, read.Products[0].Choice!.SplitK);
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

        Assert.Contains("999 of 1000", text, StringComparison.Ordinal);
        Assert.Contains("card 3f800000, computed 3f800001", text, StringComparison.Ordinal);
        Assert.Contains("bf16: every output explained by one model in 1 of 1 shapes", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1,2]")]
    [InlineData("""{"format":"hspi-card@1","origin":"measured"}""")]
    [InlineData("""{"format":"hspi-card@2","origin":"measured"}""")]
    public void A_foreign_file_is_refused_by_name(string json)
    {
        var error = Assert.Throws<HspiException>(() => CardReport.Parse(json, "answers/report.json"));

        Assert.StartsWith("answers/report.json: not a", error.Message, StringComparison.Ordinal);
    }
}
