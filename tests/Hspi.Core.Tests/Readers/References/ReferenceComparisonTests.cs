using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Core.Tests.Readers.References;

public sealed class ReferenceComparisonTests
{
    // The decimals of the float32 nearest to -1.2345678.
    private const string Enrolled = "-1.2345677614212036";

    [Fact]
    public void A_value_of_all_digits_agrees_only_where_it_is_the_same_float32()
    {
        Assert.Equal((1, 1), Counts(Shown(("a", Enrolled))));
        Assert.Equal((1, 1), Counts(Shown(("a", "-1.2345677614")))); // another text of the same float32
        Assert.Equal((1, 0), Counts(Shown(("a", "-1.2345678806304932")))); // its neighbour
    }

    [Theory]
    [InlineData("-1.23")]
    [InlineData("-1.234568")]
    [InlineData("-1.23456776")]
    [InlineData("-1.234567761")]
    public void A_rounded_value_agrees_where_rounding_gives_its_text(string text) => Assert.Equal((1, 1), Counts(Shown(("a", text))));

    [Theory]
    [InlineData("-1.24")]
    [InlineData("-1.234567")]
    [InlineData("-1.23456775")]
    [InlineData("-1.234567762")]
    public void A_rounded_value_of_another_digit_does_not(string text) => Assert.Equal((1, 0), Counts(Shown(("a", text))));

    [Theory]
    [InlineData("-1.23", 2)]
    [InlineData("-1.23456776", 8)] // 8 and 9 decimals were rounded too, although a float32 of this size has no more digits
    [InlineData("-1.234567761", 9)]
    [InlineData("-1.2345677614", null)]
    [InlineData("-1.234567761421203600000000000000000", null)]
    public void Nine_decimals_are_the_most_that_anybody_rounds_to(string text, int? decimals) => Assert.Equal(decimals, Match(Shown(("a", text))).Agreement.Decimals);

    [Fact]
    public void The_longest_value_tells_the_decimals_of_all() =>
        Assert.Equal(4, Match(Shown(("a", "-1.2"), ("b", "-2.0001"), ("c", "-3.12"))).Agreement.Decimals);

    [Theory]
    [InlineData("-9999.0")]
    [InlineData("-100")]
    [InlineData("-Infinity")]
    [InlineData("null")]
    [InlineData("0.5")]
    public void A_sentinel_is_no_value_that_could_agree_or_differ(string sentinel)
    {
        var match = Match(Shown(("a", Enrolled), ("b", sentinel)));

        Assert.Equal((1, 1), (match.Agreement.Compared, match.Agreement.Equal));
        Assert.Single(match.Differences);
    }

    [Fact]
    public void An_alternative_that_is_not_enrolled_does_not_agree()
    {
        var match = Match(Shown(("a", Enrolled), ("x", "-3.5")));

        Assert.Equal((2, 1), (match.Agreement.Compared, match.Agreement.Equal));
        Assert.Single(match.Differences);
    }

    [Fact]
    public void A_token_counts_once_however_often_it_is_listed() => Assert.Equal((1, 1), Counts(Shown(("a", Enrolled), ("a", "-7"))));

    [Fact]
    public void A_chosen_token_without_alternatives_counts() => Assert.Equal((1, 1), Counts(new Step { Token = "a", LogprobText = Enrolled }));

    [Fact]
    public void Behind_the_first_token_that_differs_nothing_is_compared()
    {
        Step[] same = [Shown(("a", Enrolled)), Shown(("b", "-2.5")), Shown(("b", "-2.5"))];
        Step[] parted = [Shown(("a", Enrolled)), Shown(("c", "-3.75"), ("b", "-2.5")), Shown(("b", "-2.5"))];

        Assert.Equal((3, 3), Counts(same));
        Assert.Equal((3, 3), Counts(parted)); // of the step that parts, both values; of the one behind it, none
    }

    [Fact]
    public void Differences_are_what_the_endpoint_printed_less_what_was_enrolled() =>
        Assert.Equal([0.25, -0.5], Match(Shown(("b", "-2.25"), ("c", "-4.25"))).Differences);

    [Fact]
    public void Every_answer_is_counted_by_itself_and_other_prompts_are_passed_over()
    {
        var answers = new[] { ("q", Answer(Shown(("b", "-2.5")))), ("another", Answer(Shown(("b", "-2.5")))), ("p", Answer(Shown(("b", "-2.5"), ("c", "-9.25")))) };

        var agreement = Assert.Single(new ReferenceComparison(References()).Compare(answers)).Agreement;

        Assert.Equal([new AnswerAgreement(1, 0), new AnswerAgreement(2, 1)], agreement.Answers);
        Assert.Equal((3, 1), (agreement.Compared, agreement.Equal));
    }

    [Fact]
    public void The_class_that_agrees_most_is_called_the_closest()
    {
        var references = References();
        var other = references.Classes[0] with { Name = "other", Answers = [[Enrolled3("a", ("a", "-1"), ("b", "-2.5"), ("c", "-9"))], []] };

        var finding = new ReferenceComparison(references with { Classes = [other, references.Classes[0]] }).Read([("p", Answer(Shown(("a", "-1.2345677614"), ("b", "-2.5"), ("c", "-3.75"))))], 7);

        Assert.Equal("3 of 3 printed values are those of class, of 2 enrolled classes the closest.", finding.Reading.Seen);
        Assert.Equal([1, 3], finding.Agreements.Select(agreement => agreement.Equal));
        Assert.Equal(["other", "class"], finding.Reading.Likelihoods.Keys);
        Assert.Equal(finding.Agreements[1].LogLikelihood, finding.Reading.Likelihoods["class"]);
        Assert.Equal((Aspect.Platform, 7), (finding.Reading.Aspect, finding.Reading.Calls));
    }

    [Fact]
    public void Without_an_answer_to_an_enrolled_prompt_no_class_is_likelier_than_another()
    {
        var finding = new ReferenceComparison(References()).Read([("another", Answer(Shown(("a", Enrolled))))], 1);

        Assert.Empty(finding.Reading.Likelihoods);
        Assert.Equal("No answer to an enrolled prompt could be compared.", finding.Reading.Seen);
    }

    private static (int Compared, int Equal) Counts(params Step[] steps)
    {
        var agreement = Match(steps).Agreement;
        return (agreement.Compared, agreement.Equal);
    }

    private static ReferenceMatch Match(params Step[] steps) => Assert.Single(new ReferenceComparison(References()).Compare([("p", Answer(steps))]));

    private static ReferenceSet References() => new(
        [new ReferencePrompt("p", 3), new ReferencePrompt("q", 1)],
        [
            new EnrolledClass(
                "class",
                [],
                [
                    [Enrolled3("a", ("a", Enrolled), ("b", "-2.5"), ("c", "-3.75")), Enrolled3("b", ("b", "-2.5"), ("c", "-3.75")), Enrolled3("b", ("b", "-2.5"))],
                    [Enrolled3("a", ("a", "-0.125"))],
                ]),
        ]);

    private static ReferenceStep Enrolled3(string token, params (string Token, string Logprob)[] values) =>
        new(token, values.ToDictionary(pair => pair.Token, pair => pair.Logprob, StringComparer.Ordinal));

    private static ParsedAnswer Answer(params Step[] steps) => new() { Dialect = "openai-chat", Steps = steps };

    private static Step Shown(params (string Token, string Logprob)[] alternatives) => new()
    {
        Token = alternatives[0].Token,
        LogprobText = alternatives[0].Logprob,
        Alternatives = [.. alternatives.Select(pair => new Alternative(null, pair.Token, pair.Logprob))],
    };
}
