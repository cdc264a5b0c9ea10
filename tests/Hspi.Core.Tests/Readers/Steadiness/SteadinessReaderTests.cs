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

    [Fact]
    public void Counts_say_how_many_questions_agree_settle_and_keep_their_text()
    {
        var other = Some.Answer("-0.6") with { Text = "other" };
        (string, Hspi.Dialects.ParsedAnswer)[] answers =
        [
            ("agrees", Some.Answer("-1")), ("agrees", Some.Answer("-1")),
            ("settles", Some.Answer("-1")), ("settles", Some.Answer("-2")), ("settles", Some.Answer("-2")),
            ("other text", Some.Answer("-0.6")), ("other text", other),
            ("once", Some.Answer("-1")),
        ];

        var finding = SteadinessReader.Read(answers);

        Assert.Equal((3, 1, 2, 1), (finding.Detail.Questions, finding.Detail.Agreeing, finding.Detail.SameText, finding.Detail.Settling));
        Assert.Equal([[0, 0], [0, 1, 1], [0, 1]], finding.Detail.Repeated);
        Assert.Equal("unsteady", finding.Pattern);
        Assert.StartsWith("1 of 3 repeated questions got bit-equal answers, 2 equal texts: ", finding.Reading.Seen, StringComparison.Ordinal);
        Assert.Equal(8, finding.Reading.Calls);
    }

    [Fact]
    public void An_error_is_no_answer()
    {
        var finding = SteadinessReader.Read([("q", Some.Answer("-0.5")), ("q", Some.Answer("-0.6") with { Error = "busy" })]);

        Assert.Equal((0, 1), (finding.Detail.Questions, finding.Reading.Calls));
        Assert.Equal("No question was asked twice in 1 answers.", finding.Reading.Seen);
    }

    // By the model: one backend differs by itself in a quarter of the cases, several agree by themselves in 15 %, else by chance, 2^(1-r).
    [Theory]
    [InlineData(2, 1.30435)] // 0.75 / 0.575
    [InlineData(3, 2.06897)] // 0.75 / 0.3625
    [InlineData(5, 3.69231)] // 0.75 / 0.203125
    public void Equal_answers_speak_for_one_backend_the_more_there_are(int answers, double odds) =>
        Assert.Equal(Math.Log(odds), OneAgainstSeveral(Enumerable.Repeat("-0.5", answers)), 1e-4);

    [Fact]
    public void Answers_that_differ_speak_for_several_backends_unless_only_the_first_does()
    {
        Assert.Equal(Math.Log(0.25 / (1 - 0.575)), OneAgainstSeveral(["-0.5", "-0.6"]), 1e-9);
        Assert.Equal(Math.Log(0.25 / (1 - 0.3625)), OneAgainstSeveral(["-0.5", "-0.6", "-0.5"]), 1e-9);
        Assert.Equal(Math.Log(1 / (1 - 0.3625)), OneAgainstSeveral(["-0.5", "-0.6", "-0.6"]), 1e-9);
    }

    [Fact]
    public void Many_questions_are_no_proof() => Assert.Equal(3, SteadinessReader.Read(
        from repeat in Enumerable.Range(0, 4)
        from question in Enumerable.Range(0, 20)
        select ($"q{question}", Some.Answer("-0.5"))).Reading.Likelihoods["one"]);

    [Fact]
    public void Of_one_question_32_answers_are_kept_and_the_rest_is_counted()
    {
        var detail = SteadinessReader.Read(Enumerable.Repeat(("q", Some.Answer("-0.5")), 35)).Detail;

        Assert.Equal(32, Assert.Single(detail.Repeated).Count);
        Assert.Equal(3, detail.Overflow);
    }

    [Fact]
    public void Of_many_questions_4096_are_kept_and_64_are_drawn()
    {
        var detail = SteadinessReader.Read(
            from question in Enumerable.Range(0, 4100)
            from repeat in Enumerable.Range(0, 2)
            select ($"q{question}", Some.Answer("-0.5"))).Detail;

        Assert.Equal((4096, 64, 8), (detail.Questions, detail.Repeated.Count, detail.Overflow));
    }

    private static double OneAgainstSeveral(IEnumerable<string> logprobs)
    {
        var likelihoods = SteadinessReader.Read(logprobs.Select(text => ("q", Some.Answer(text)))).Reading.Likelihoods;
        return likelihoods["one"] - likelihoods["several"];
    }
}
