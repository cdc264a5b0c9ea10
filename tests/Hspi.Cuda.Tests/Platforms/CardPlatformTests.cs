using Hspi.Cuda.Native;
using Hspi.Cuda.Platforms;
using Hspi.Platforms;

namespace Hspi.Cuda.Tests.Platforms;

public sealed class CardPlatformTests
{
    [Theory]
    [InlineData("NVIDIA H200", "h200")]
    [InlineData("NVIDIA H100 80GB HBM3", "h100-80gb-hbm3")]
    [InlineData("NVIDIA A100-SXM4-40GB", "a100-sxm4-40gb")]
    public void A_card_is_a_column_that_a_claim_can_shorten(string name, string device)
    {
        Assert.Equal(device, CardPlatform.DeviceOf(name));
        Assert.Equal(device, PlatformText.ValueOf(PlatformText.Parse($"engine=cublaslt device={device}"), "device"));
    }

    [Fact]
    public void Every_runtime_on_a_card_has_the_cards_columns() =>
        Assert.Equal(
            "engine=torch version=2.10 device=h200 arch=hopper precision=bf16 kernels=sdpa batch=8",
            CardPlatform.Of(new CudaCard("NVIDIA H200", 90, 132, "13.0"), "torch", "2.10", "bf16", "sdpa", 8).ToString());

    [Fact]
    public void A_card_that_the_table_does_not_have_is_named()
    {
        var error = Assert.Throws<HspiException>(() => CardPlatform.ArchitectureOf(new CudaCard("NVIDIA Z1", 310, 1, "20.0")));

        Assert.Equal("NVIDIA Z1 (sm_310) is of no generation in the table of units.", error.Message);
    }
}
