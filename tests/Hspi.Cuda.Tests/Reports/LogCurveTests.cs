using Hspi.Cuda.Kernels;
using Hspi.Cuda.Native;
using Hspi.Cuda.Reports;

namespace Hspi.Cuda.Tests.Reports;

public sealed class LogCurveTests
{
    [Fact]
    public void An_accurate_logarithm_is_not_the_observed_curve()
    {
        var same = LogCurve.IsObserved(Bits(n => Math.Log(1 + (n / 8388608.0))), out var how);

        Assert.False(same);
        Assert.EndsWith("the value at n = 0 is 0, and the first drop is at n = 1024", how, StringComparison.Ordinal);
    }

    // Straight pieces that each lie some hundredths of a step lower, as the observed one: n at 1024, 1280, 1536, 1792.
    [Theory]
    [InlineData(1024, 0.05, true)]
    [InlineData(1280, 0.05, false)] // breaks elsewhere
    [InlineData(1024, 0, false)] // never breaks
    public void Straight_pieces_that_break_where_the_observed_ones_do_are(int first, double drop, bool same) =>
        Assert.Equal(same, LogCurve.IsObserved(Bits(n => n == 0 ? 0 : 7.44090e-8 + (n * 1.1920367e-7) - (n >= first ? drop / 8388608 * (1 + ((n - first) / 256)) : 0)), out _));

    [Fact]
    public void Functions_of_the_library_compile_and_assemble_where_the_compilers_are()
    {
        Assert.SkipUnless(Nvrtc.TryOpen(out var compiler, out var whyNot), $"no compiler: {whyNot}");
        Assert.SkipUnless(NvJitLink.TryOpen(null, out var assembler, out whyNot), $"no assembler: {whyNot}");

        Assert.All(CompiledFunction.All, function =>
        {
            var code = assembler!.Assemble(compiler!.Compile(CompiledFunction.Source(function.Name), 90), "sm_90a", out var error);
            Assert.Equal("", error);
            Assert.NotEmpty(code);
        });
    }

    [Fact]
    public void What_does_not_compile_is_told_in_the_compilers_words()
    {
        Assert.SkipUnless(Nvrtc.TryOpen(out var compiler, out var whyNot), $"no compiler: {whyNot}");

        var error = Assert.Throws<HspiException>(() => compiler!.Compile("__global__ void f() { return 1; }", 90));

        Assert.Contains("function.cu(1): error", error.Message, StringComparison.Ordinal);
    }

    private static List<string> Bits(Func<int, double> value) =>
        [.. Enumerable.Range(0, 4097).Select(n => BitConverter.SingleToUInt32Bits((float)value(n)).ToString("x8"))];
}
