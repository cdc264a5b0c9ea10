using Hspi.Cuda.Kernels;
using Hspi.Cuda.Native;

namespace Hspi.Cuda.Tests.Kernels;

/// <summary>The only judge of PTX besides a card is NVIDIA's assembler; where it is not installed the tests say so.</summary>
public sealed class PtxAssemblyTests
{
    [Fact]
    public void Every_kernel_assembles_for_every_architecture_that_the_assembler_knows()
    {
        var assembled = PtxAssembly.Run(null, out var library, out var whyNot);
        Assert.SkipWhen(library.Length == 0, $"no assembler: {whyNot}; set {NvJitLink.FileVariable} to libnvJitLink.so.12 or .13");

        Assert.Empty(assembled.Where(one => one.Error is not null).Select(one => $"{one.Kernel} for {one.Architecture}: {one.Error}"));
        Assert.All(assembled, one => Assert.True(one.Skipped is not null || one.Bytes > 0));
        // Hopper is what the kernels are for: there every one must have been judged, but FP8 into f16, which CUDA 12.8 brought.
        Assert.DoesNotContain(assembled, one => one.Architecture == "sm_90a" && one.Skipped is not null && !one.Kernel.EndsWith("_f16", StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_text_is_refused_with_the_assemblers_own_words()
    {
        Assert.SkipUnless(NvJitLink.TryOpen(null, out var assembler, out var whyNot), $"no assembler: {whyNot}");

        // The slip that an earlier text of ours had in every kernel: a register called like a special one.
        var code = assembler!.Assemble(ProbeKernel.All[0].Text.Replace("%thread", "%tid", StringComparison.Ordinal), "sm_90a", out var error);

        Assert.Empty(code);
        Assert.Contains("Unknown video selector", error, StringComparison.Ordinal);
        Assert.False(PtxAssembly.IsOfTheAssembler(error));
    }

    [Fact]
    public void An_absent_assembler_is_one_sentence()
    {
        var assembled = PtxAssembly.Run("libhspi-absent.so.1", out var library, out var whyNot);

        Assert.Empty(assembled);
        Assert.Empty(library);
        Assert.Equal("none of libhspi-absent.so.1 is installed on this machine", whyNot);
    }

    [Theory]
    [InlineData("status 4: ptxas kernel.ptx, line 1; fatal   : Unsupported .version 8.7; current version is '8.4'", true)]
    [InlineData("status 1: no assembler for sm_120a", true)]
    [InlineData("status 4: ptxas kernel.ptx, line 14; error   : Unknown video selector: '.x'", false)]
    public void A_complaint_about_the_assembler_is_not_taken_for_one_about_the_text(string error, bool ofTheAssembler) =>
        Assert.Equal(ofTheAssembler, PtxAssembly.IsOfTheAssembler(error));

    [Theory]
    [InlineData("mma_k16_f16_f16_f32", 70, false)]
    [InlineData("mma_k16_f16_f16_f32", 120, true)]
    [InlineData("wgmma_k8_tf32_tf32_f32", 90, true)]
    [InlineData("wgmma_k8_tf32_tf32_f32", 100, false)] // Blackwell took wgmma away
    [InlineData("lg2_approx", 70, true)]
    public void A_kernel_is_for_the_chips_that_have_its_instruction(string name, int capability, bool fits) =>
        Assert.Equal(fits, ProbeKernel.All.Single(one => one.Name == name).FitsCapability(capability));
}
