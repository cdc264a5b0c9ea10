using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class PrecisionMixtureTests
{
    private static readonly ScaleEvidence Bf16 = Evidence(bf16: 40, fp16: 20);
    private static readonly ScaleEvidence Fp16 = Evidence(bf16: -9, fp16: 20);
    private static readonly ScaleEvidence Fp32 = Evidence(bf16: -9, fp16: -9);

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void Of_200_answers_four_of_another_precision_are_seen(int rare, bool seen)
    {
        Assert.Equal(seen, Finding((Fp16, 200 - rare), (Bf16, rare)).Seen);
        Assert.Equal(seen, Finding((Bf16, 200 - rare), (Fp16, rare)).Seen);
        Assert.Equal(seen, Finding((Bf16, 200 - rare), (Fp32, rare)).Seen);
    }

    [Fact]
    public void What_is_seen_is_named_with_its_share()
    {
        var finding = Finding((Fp16, 180), (Bf16, 20));

        Assert.Equal((Head.Fp16, Head.Bf16), (finding.First, finding.Second));
        Assert.InRange(finding.Share, 0.09, 0.11);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(100)]
    public void Two_answers_never_make_a_mixture_of_16_bit_formats(int answers) =>
        Assert.False(Finding((Fp16, answers - Math.Min(2, answers / 2)), (Bf16, Math.Min(2, answers / 2))).Seen);

    [Fact]
    public void One_answer_is_no_mixture_and_of_two_the_second_may_be_fp32()
    {
        Assert.True(Finding((Bf16, 1), (Fp32, 1)).Seen);
        Assert.False(Finding((Bf16, 1)).Seen);
        var one = Finding((Bf16, 200));
        Assert.Equal((false, 0.0, Head.Bf16, Head.Unknown), (one.Seen, one.LogRatio, one.First, one.Second));
    }

    [Fact]
    public void An_answer_that_the_right_hypothesis_fits_badly_still_says_its_precision()
    {
        var (usual, rare) = (Evidence(bf16: -9, fp16: 0), Evidence(bf16: 60, fp16: 40));
        (usual.Bf16[0], usual.Fp16[0]) = (0, 40);
        (rare.Bf16[0], rare.Fp16[0]) = (50, 30);

        Assert.True(Finding((usual, 190), (rare, 10)).Seen);
    }

    private static MixtureFinding Finding(params (ScaleEvidence Evidence, int Count)[] answers)
    {
        var mixture = new PrecisionMixture();
        foreach (var (evidence, count) in answers)
        {
            for (var i = 0; i < count; i++)
            {
                mixture.Add(evidence, 0);
            }
        }

        return mixture.Finding();
    }

    private static ScaleEvidence Evidence(double bf16, double fp16)
    {
        var evidence = new ScaleEvidence();
        evidence.Bf16.Fill(bf16);
        evidence.Fp16.Fill(fp16);
        return evidence;
    }
}
