using System.Globalization;
using Hspi.Readers.LogUnit;

namespace Hspi.Core.Tests.Readers.LogUnit;

public sealed class LogUnitReaderTests
{
    private const double Grid = 1.0 / (1 << 23);

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

    // Every sum of the grid that is read, and every probability: the double's logarithm, which is exact here, rounded to float32.
    [Fact]
    public void Every_accurate_logarithm_is_recognised()
    {
        var likelihoods = LogUnitReader.Read(Enumerable.Range(1, 1000).Select(n => Some.Answer(Text(-(float)Math.Log(1 + (n * Grid)))))).Reading.Likelihoods;

        Assert.Equal(0, likelihoods["accurate-log"]);
        Assert.True(likelihoods["log-of-probability"] < -4000);
    }

    [Fact]
    public void Every_logarithm_of_a_probability_is_recognised_and_says_half_as_much()
    {
        var likelihoods = LogUnitReader.Read(Enumerable.Range(1, 1999).Select(n => Some.Answer(Text((float)Math.Log(1 - (n * Grid / 2)))))).Reading.Likelihoods;

        Assert.Equal(-1999 * Math.Log(2), likelihoods["log-of-probability"], 1e-9);
        Assert.True(likelihoods["accurate-log"] < -4000);
    }

    // Of the grid's step 2^-23 a float32 covers its own spacing: 2^-47 below 2^-23, 2^-44 below 2^-20.
    [Fact]
    public void A_likelihood_is_the_share_of_a_step_that_a_float32_covers_and_a_miss_costs_seven_nats()
    {
        var one = LogUnitReader.Read([Some.Answer("-1.1920928244535389e-07")]).Reading.Likelihoods; // ln(1 + 2^-23)
        var curve = LogUnitReader.Read([Some.Answer("-6.7042735e-07")]).Reading.Likelihoods; // CurveOffset + 5 CurveSlope

        Assert.Equal(-24 * Math.Log(2), one["off-grid"], 1e-9);
        Assert.Equal(-7 - (24 * Math.Log(2)), one["log-of-probability"], 1e-9);
        Assert.Equal(-7 - (24 * Math.Log(2)), one["observed-curve"], 1e-9);
        Assert.Equal((-21 * Math.Log(2)) - Math.Log(0.004), curve["observed-curve"], 1e-9);
        Assert.Equal(-7 - (21 * Math.Log(2)), curve["accurate-log"], 1e-9);
    }

    [Fact]
    public void A_value_so_small_that_any_float32_would_do_is_given_a_least_share_of_a_step() =>
        Assert.Equal(Math.Log(1e-9), LogUnitReader.Read([Some.Answer("-1.234567e-10")]).Reading.Likelihoods["off-grid"], 1e-9);

    [Theory]
    [InlineData("-6.706538369730e-07", true)] // five steps of the curve and 0.0019 of one
    [InlineData("-6.706776777070e-07", false)] // and 0.0021
    [InlineData("-6.702008630270e-07", true)] // less 0.0019
    [InlineData("-6.701770222930e-07", false)] // less 0.0021
    [InlineData("-7.452820367000e-08", true)] // its beginning, and 0.001 of a step
    [InlineData("-7.428979633000e-08", false)] // less 0.001: before its beginning there is no curve
    public void Within_two_thousandths_of_a_step_a_value_lies_on_the_curve(string logprob, bool on)
    {
        var likelihoods = LogUnitReader.Read([Some.Answer(logprob)]).Reading.Likelihoods;

        Assert.Equal(on, likelihoods["observed-curve"] > likelihoods["off-grid"]);
    }

    [Fact]
    public void Where_two_stand_close_together_none_is_named()
    {
        // Two on the curve and one on nothing: the curve is ahead by 2 · 5.5 − 7 nats, and 4.6 are asked.
        var finding = LogUnitReader.Read([Some.Answer("-6.7042735e-07"), Some.Answer("-6.7042735e-07"), Some.Answer("-1.0345678901234567e-05")]);

        Assert.Equal("unknown", finding.Name);
        Assert.Equal("3 logprobs near 0: they do not decide.", finding.Reading.Seen);
    }

    [Theory]
    [InlineData("off-grid", "-1.0345678901234567e-05", "1 logprobs near 0: they lie on no float32 grid: float64, or numbers that were changed.")]
    [InlineData("observed-curve", "-6.7042735e-07", "1 logprobs near 0: they lie on the observed curve, straight where a logarithm bends; which unit draws it is not known.")]
    [InlineData("log-of-probability", "-5.960464477539063e-08", "1 logprobs near 0: each is an accurate logarithm of a float32 probability.")]
    [InlineData("unknown", "-0.5117862558364868", "None of 1 answers holds a logprob near 0 with all its digits.")]
    public void A_finding_is_said_in_one_sentence(string name, string logprob, string seen)
    {
        var finding = LogUnitReader.Read([Some.Answer(logprob)]);

        Assert.Equal((name, seen), (finding.Name, finding.Reading.Seen));
    }

    [Fact]
    public void Steps_are_those_of_the_sum_whose_logarithm_it_is() => // math.log1p(900 * 2**-23) of CPython
        Assert.Equal(900, Assert.Single(LogUnitReader.Read([Some.Answer("-0.00010728260561116836")]).Points).Steps, 1e-8);

    [Fact]
    public void Seven_digits_are_enough() => Assert.Single(LogUnitReader.Read([Some.Answer("-1.192086e-05")]).Points);

    private static string Text(double logprob) => logprob.ToString("R", CultureInfo.InvariantCulture);
}
