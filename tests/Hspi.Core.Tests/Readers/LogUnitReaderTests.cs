using Hspi.Readers.LogUnit;

namespace Hspi.Core.Tests.Readers;

public sealed class LogUnitReaderTests
{
    [Fact]
    public void Recorded_values_lie_on_the_observed_curve() => // gpt-4o-mini and gpt-4.1-nano, 2026-04-03
        Assert.Equal("observed-curve", LogUnitReader.Read([Some.Answer("-1.9361264946837764e-07"), Some.Answer("-3.173704271830502e-06")]).Name);

    [Fact]
    public void A_rounded_logarithm_is_accurate() => // math.log1p(n * 2**-23) of CPython, rounded to float32, n = 1, 3, 100
        Assert.Equal("accurate-log", LogUnitReader.Read([Some.Answer("-1.1920928244535389e-07"), Some.Answer("-3.576278118089249e-07"), Some.Answer("-1.1920858014491387e-05")]).Name);

    [Fact]
    public void Far_from_zero_nothing_is_read() => Assert.Equal("unknown", LogUnitReader.Read([Some.Answer("-0.5117862558364868")]).Name);
}
