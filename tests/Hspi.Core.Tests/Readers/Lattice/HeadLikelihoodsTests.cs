using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class HeadLikelihoodsTests
{
    [Fact]
    public void Probabilities_are_shares_of_the_likelihoods()
    {
        var (bf16, fp16, fp32) = new HeadLikelihoods(1000 + Math.Log(1), 1000 + Math.Log(2), 1000 + Math.Log(5)).Posterior();

        Assert.Equal(0.125, bf16, 1e-9);
        Assert.Equal(0.25, fp16, 1e-9);
        Assert.Equal(0.625, fp32, 1e-9);
    }

    [Theory]
    [InlineData(Head.Bf16, 2, 0, 0)]
    [InlineData(Head.Fp16, 0, 2, 0)]
    [InlineData(Head.Fp32, 0, 0, 2)]
    [InlineData(Head.Unknown, 1, 1, 1)]
    public void The_one_that_suffices_is_named(Head head, double bf16, double fp16, double fp32) =>
        Assert.Equal(head, new HeadLikelihoods(bf16, fp16, fp32).Name(0.7));

    // Of 2 and 0, 0 nats the first has 0.787.
    [Fact]
    public void More_may_be_asked_of_16_bits_than_of_32()
    {
        Assert.Equal(Head.Unknown, new HeadLikelihoods(2, 0, 0).Name(0.9, 0.7));
        Assert.Equal(Head.Unknown, new HeadLikelihoods(0, 2, 0).Name(0.9, 0.7));
        Assert.Equal(Head.Fp32, new HeadLikelihoods(0, 0, 2).Name(0.9, 0.7));
        Assert.Equal(Head.Unknown, new HeadLikelihoods(0, 0, 2).Name(0.7, 0.9));
    }

    [Fact]
    public void Each_format_has_its_word()
    {
        Assert.Equal(new Dictionary<string, double> { ["bf16"] = 1, ["fp16"] = 2, ["fp32"] = 3 }, new HeadLikelihoods(1, 2, 3).ByName());
        Assert.Equal("unknown", Head.Unknown.Word());
        Assert.Equal([Head.Bf16, Head.Fp16, Head.Fp32], HeadText.Known);
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => ((Head)9).Word());
    }
}
