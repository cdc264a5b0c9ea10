using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

public sealed class NumberFormatsTests
{
    // Products in the first, the rest in the second: as wide as the narrower of them.
    [Theory]
    [InlineData("fp64-fp32", "bf16", true)]
    [InlineData("fp32-bf16", "bf16", false)]
    [InlineData("tf32-fp32", "bf16", true)]
    [InlineData("tf32-fp32", "fp32", false)]
    [InlineData("e4m3-fp32", "bf16", false)]
    [InlineData("int8-dynamic", "bf16", false)]
    [InlineData("int8-weights", "bf16", true)]
    public void Two_formats_are_as_wide_as_the_narrower(string computed, string claimed, bool isWider) =>
        Assert.Equal(isWider, NumberFormats.IsWider(computed, claimed));
}
