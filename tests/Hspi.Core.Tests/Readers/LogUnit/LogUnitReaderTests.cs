using Hspi.Readers.LogUnit;

namespace Hspi.Core.Tests.Readers.LogUnit;

public sealed class LogUnitReaderTests
{
    [Fact]
    public void Recorded_values_lie_on_the_observed_curve() => // gpt-4o-mini and gpt-4.1-nano, 2026-04-03
        Assert.Equal("observed-curve", LogUnitReader.Read([Some.Answer("-1.9361264946837764e-07"), Some.Answer("-3.173704271830502e-06")]).Name);

    [Fact]
    public void A_rounded_logarithm_is_accurate() => // math.log1p(n * 2**-23) of CPython, rounded to float32, n = 1, 3, 100
        Assert.Equal("accurate-log", LogUnitReader.Read([Some.Answer("-1.1920928244535389e-07"), Some.Answer("-3.576278118089249e-07"), Some.Answer("-1.1920858014491387e-05")]).Name);

    [Fact]
    public void The_logarithm_of_a_float32_probability_has_a_name_of_its_own() => // math.log1p(-n * 2**-24) of CPython, rounded to float32, n = 1, 4, 301, 1500
        Assert.Equal("log-of-probability", LogUnitReader.Read([Some.Answer("-5.960464477539063e-08"), Some.Answer("-2.3841860752327193e-07"), Some.Answer("-1.794115814846009e-05"), Some.Answer("-8.941096166381612e-05")]).Name);

    [Fact]
    public void A_logarithm_in_float64_lies_on_no_grid() => // three doubles of no special kind
        Assert.Equal("off-grid", LogUnitReader.Read([Some.Answer("-1.0345678901234567e-05"), Some.Answer("-4.5012345678901234e-05"), Some.Answer("-7.7709876543210987e-05")]).Name);

    [Fact]
    public void Far_from_zero_nothing_is_read() => Assert.Equal("unknown", LogUnitReader.Read([Some.Answer("-0.5117862558364868")]).Name);
}
