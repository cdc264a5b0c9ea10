using Hspi.Cuda.Cards;
using Hspi.Cuda.Native;
using Hspi.Cuda.Reports;

namespace Hspi.Cuda.Tests.Reports;

public sealed class OpenPointTests
{
    private const string ZeroExponent = "exponent of a zero term, fp16 accumulators, mma.sync";
    private const string Joined = "FP8 mma.sync into fp32: how the halves are joined";
    private const string Promoted = "FP8 products of the library: closed every 128 terms";

    private static readonly CardReport Nothing = new(
        CardReport.CurrentFormat, CardOrigin.Sample, new CudaCard("made-up card", 90, 132, "13.0"), "", null, "", "2026-11-25", 1);

    [Fact]
    public void What_was_not_asked_stays_open() => Assert.All(OpenPoint.Of(Nothing), point => Assert.False(point.Settled));

    [Theory]
    [InlineData(6, 4, 4, true, "the table gives all 6 answers, and nothing else that was tried does")]
    [InlineData(4, 6, 4, true, "e_zero -21 gives all 6 answers, and nothing else that was tried does")]
    [InlineData(6, 6, 4, false, "the table and e_zero -21 give all 6 answers alike")]
    [InlineData(3, 4, 5, false, "nothing that was tried gives all 6 answers; the nearest is e_zero -133 with 5")]
    public void One_model_must_give_every_answer_and_all_others_must_fail(int table, long one, long other, bool settled, string how)
    {
        var report = Nothing with
        {
            Probes = [new("mma_k16_f16_f16_f16", ProbeAgreement.Numerics, 6, table, [new("e_zero -21", one), new("e_zero -133", other)], [])],
        };

        Assert.Equal(new OpenPoint(ZeroExponent, settled, how), Point(report, ZeroExponent));
    }

    [Fact]
    public void Two_instructions_that_contradict_each_other_settle_nothing()
    {
        var report = Nothing with
        {
            Instructions =
            [
                new("mma_k32_e4m3_e4m3_f32", "", "", 100, 100, 0, 0, [new("two sums apart", 90)], []),
                new("mma_k32_e5m2_e5m2_f32", "", "", 100, 90, 0, 0, [new("two sums apart", 100)], []),
            ],
        };

        Assert.False(Point(report, Joined).Settled);
    }

    // Sums of one block of 128 are the same promoted or not, and decide nothing.
    [Theory]
    [InlineData(128, false, "not asked, or the library had no kernel")]
    [InlineData(384, true, "\"promoted every 128\" explains every output of 1 of 1 products")]
    public void Promotion_shows_only_in_sums_longer_than_a_block(int k, bool settled, string how)
    {
        var report = Nothing with
        {
            Products = [new("e4m3", 8, 64, k, new CublasLtChoice(66, 0, 1, 0, 0, 0, 0, 0, 0), 256, [new("one chain", 3), new("promoted every 128", 256)])],
        };

        Assert.Equal(new OpenPoint(Promoted, settled, how), Point(report, Promoted));
    }

    [Fact]
    public void A_wrong_sign_of_zero_is_settled_against_the_table()
    {
        var report = Nothing with
        {
            Probes = [new("wgmma_k16_f16_f16_f32", ProbeAgreement.Numerics, 1, 0, [], [new("fp16_fp32_negzero", "00000000", "80000000")])],
        };

        var point = OpenPoint.Of(report).Single(point => point.Name.StartsWith("sign of zero", StringComparison.Ordinal));
        Assert.True(point.Settled);
        Assert.Contains("the table is wrong in 1 of 1: wgmma_k16_f16_f16_f32 fp16_fp32_negzero gave 00000000, not 80000000", point.How, StringComparison.Ordinal);
    }

    private static OpenPoint Point(CardReport report, string name) => OpenPoint.Of(report).Single(point => point.Name == name);
}
