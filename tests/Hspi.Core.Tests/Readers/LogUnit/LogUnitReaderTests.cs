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

    [Fact]
    public void Rounded_text_has_lost_what_the_logarithm_left() => // six digits of -1.1920858014491387e-05
        Assert.Empty(LogUnitReader.Read([Some.Answer("-1.19209e-05")]).Points);

    [Theory]
    [InlineData("0.0")]
    [InlineData("1.1920928244535389e-07")]
    [InlineData("-0.00012")] // more than a thousand steps of the grid
    [InlineData("-0.0001193046")] // just beyond them
    public void Only_values_a_little_below_zero_are_read(string logprob) => Assert.Empty(LogUnitReader.Read([Some.Answer(logprob)]).Points);

    [Fact]
    public void The_points_to_draw_are_the_first_64_in_steps_of_the_grid()
    {
        // math.log1p(n * 2**-23) of CPython, rounded to float32, n = 3
        var finding = LogUnitReader.Read(Enumerable.Repeat(Some.Answer("-3.576278118089249e-07"), 65));

        Assert.Equal(64, finding.Points.Count);
        Assert.Equal(3, finding.Points[0].Steps, 1e-6);
        Assert.Equal(-3.576278118089249e-07, finding.Points[0].Logprob);
        Assert.Equal(65, finding.Reading.Calls);
        Assert.Equal("65 logprobs near 0: each is an accurate logarithm of a float32 sum.", finding.Reading.Seen);
    }

    [Fact]
    public void One_value_decides_where_one_logarithm_alone_gives_it()
    {
        // math.log1p(n * 2**-23) of CPython, rounded to float32, n = 1
        var likelihoods = LogUnitReader.Read([Some.Answer("-1.1920928244535389e-07")]).Reading.Likelihoods;

        Assert.Equal(["accurate-log", "log-of-probability", "observed-curve", "off-grid"], likelihoods.Keys);
        Assert.Equal(0, likelihoods["accurate-log"]);
        Assert.All(likelihoods.Where(pair => pair.Key != "accurate-log"), pair => Assert.True(pair.Value < -4.6));
    }

    [Fact]
    public void The_first_alternative_is_read_and_without_alternatives_the_chosen_token()
    {
        var step = new Hspi.Answers.Step { Token = "a", LogprobText = "-3.576278118089249e-07" };
        var answer = new Hspi.Dialects.ParsedAnswer { Dialect = "d", Steps = [step, step with { Alternatives = [new(null, "b", "-0.5")] }] };

        Assert.Single(LogUnitReader.Read([answer]).Points);
    }
}
