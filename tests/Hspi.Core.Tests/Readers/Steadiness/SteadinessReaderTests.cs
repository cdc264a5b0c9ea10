using Hspi.Readers.Steadiness;

namespace Hspi.Core.Tests.Readers.Steadiness;

public sealed class SteadinessReaderTests
{
    [Theory]
    [InlineData("steady", "-0.5", "-0.5", "-0.5")]
    [InlineData("settles", "-0.5", "-0.51", "-0.51", "-0.51")]
    [InlineData("few-forms", "-0.5", "-0.51", "-0.5", "-0.51", "-0.5")]
    [InlineData("unsteady", "-0.5", "-0.51", "-0.52")]
    [InlineData("unknown", "-0.5")]
    public void Repeats_make_a_pattern(string expected, params string[] logprobs) =>
        Assert.Equal(expected, SteadinessReader.Read(logprobs.Select(text => ("q", Some.Answer(text)))).Pattern);

    [Fact]
    public void One_digit_is_a_difference() =>
        Assert.Equal(0, SteadinessReader.Read([("q", Some.Answer("-0.5")), ("q", Some.Answer("-0.50"))]).Detail.Agreeing);

    [Fact]
    public void Probabilities_are_compared_like_logprobs()
    {
        var one = Some.Answer("-0.5") with { Steps = [], ProbabilitySteps = Some.Answer("0.5").Steps };
        var other = one with { ProbabilitySteps = Some.Answer("0.51").Steps };

        Assert.Equal(0, SteadinessReader.Read([("q", one), ("q", other)]).Detail.Agreeing);
        Assert.Equal(1, SteadinessReader.Read([("q", one), ("q", one)]).Detail.Agreeing);
    }

    [Fact]
    public void Equal_texts_without_numbers_speak_for_no_number_of_backends()
    {
        var text = Some.Answer("-0.5") with { Steps = [] };

        var finding = SteadinessReader.Read([("q", text), ("q", text), ("q", text)]);

        Assert.Empty(finding.Reading.Likelihoods);
        Assert.Contains("no numbers to compare", finding.Reading.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void Different_questions_are_not_compared() =>
        Assert.Equal(0, SteadinessReader.Read([("q", Some.Answer("-0.5")), ("r", Some.Answer("-0.6"))]).Detail.Questions);
}
