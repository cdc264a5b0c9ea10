using Hspi.Platforms;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

public sealed class ClaimMatchTests
{
    [Theory]
    [InlineData("1.31", "1.31.1", true)]
    [InlineData("int8", "int8-dynamic", true)]
    [InlineData("1.3", "1.31", false)]
    [InlineData("1.31.1", "1.31", false)]
    [InlineData("BF16", "bf16", true)]
    [InlineData("Int8", "int8-dynamic", true)]
    [InlineData("bf16", "fp16", false)]
    [InlineData("bf16", "xbf16-x", false)]
    public void A_shorter_word_for_the_same_thing_agrees(string claimed, string stated, bool agrees)
    {
        Assert.Equal(agrees, ClaimMatch.Agrees(claimed, stated));
        Assert.Equal(!agrees, ClaimMatch.Denies(claimed, stated));
    }

    [Fact]
    public void A_column_that_is_left_open_denies_nothing()
    {
        Assert.False(ClaimMatch.Agrees("bf16", ""));
        Assert.False(ClaimMatch.Denies("bf16", ""));
    }

    [Theory]
    [InlineData("engine=torch precision=bf16 device=cpu", true)]
    [InlineData("engine=torch precision=fp32", false)]
    [InlineData("engine=torch", false)]
    public void Every_claimed_column_must_fit(string platform, bool fits) =>
        Assert.Equal(fits, ClaimMatch.Fits(PlatformClaim.Parse("engine=torch precision=bf16"), PlatformText.Parse(platform)));
}
