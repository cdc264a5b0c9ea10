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
    [InlineData("fp64", "fp32", true)]
    [InlineData("fp64", "fp64-fp32", true)]
    [InlineData("fp32", "fp64-fp32", false)]
    [InlineData("fp32", "tf32", true)]
    [InlineData("fp32", "int8-weights", false)] // sums of both are fp32
    [InlineData("int8-weights", "fp32", false)]
    [InlineData("int8-weights", "tf32", true)]
    [InlineData("tf32", "bf16", true)]
    [InlineData("tf32", "fp16", true)]
    [InlineData("bf16", "fp16", false)]
    [InlineData("fp16", "bf16", false)]
    [InlineData("bf16", "fp8", true)]
    [InlineData("fp16", "fp8", true)]
    [InlineData("fp8", "q4_k_m", false)]
    [InlineData("e4m3-bf16", "fp8", false)]
    public void Two_formats_are_as_wide_as_the_narrower(string computed, string claimed, bool isWider) =>
        Assert.Equal(isWider, NumberFormats.IsWider(computed, claimed));

    [Theory]
    [InlineData("int8-dynamic", false)]
    [InlineData("bf16", true)]
    [InlineData("q4_k_m", true)]
    public void Every_format_may_be_storage_that_does_not_quantise_activations(string format, bool may) => Assert.Equal(may, NumberFormats.MayBeStorage(format));
}
