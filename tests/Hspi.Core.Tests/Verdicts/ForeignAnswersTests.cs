using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.References;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

/// <summary>Some answers are another precision's, each by itself: rows of src/Hspi.Core/Verdicts/README.md.</summary>
public sealed class ForeignAnswersTests
{
    private const string Bf16 = "engine=e precision=bf16";
    private const string Int4 = "engine=e precision=int4";
    private static readonly AnswerAgreement Whole = new(60, 60);
    private static readonly AnswerAgreement Part = new(60, 20);

    [Fact]
    public void A_mixture_contradicts_the_precision_that_it_is_not_all_of()
    {
        var column = Judge("precision=bf16", Steady("own", Bf16, Whole, Whole, Whole, Part, Part), Steady("other", Int4, Part, Part, Part, Whole, Whole))!;

        Assert.Equal(Standing.Contradicted, column.Standing);
        Assert.Equal("2 of 5 answers (share 0.40, 95 % interval 0.12 to 0.77) are those of other and of no platform that the claim allows; 3 are those of the claimed platform.", column.Reason);
    }

    [Fact]
    public void Other_columns_are_not_judged_so_because_one_server_can_answer_in_two_ways()
    {
        ReferenceAgreement[] references = [Steady("own", "engine=e device=a100", Whole, Whole, Part, Part), Steady("other", "engine=e device=h100", Part, Part, Whole, Whole)];

        Assert.IsType<Verdict.Unknown>(VerdictRules.Conclude(new Observations { Claim = PlatformClaim.Parse("device=a100"), References = references }).Verdict);
    }

    [Fact]
    public void A_hundred_values_in_whole_answers_are_needed()
    {
        Assert.Null(Judge("precision=bf16", Steady("own", Bf16, Whole, Part), Steady("other", Int4, Part, Whole)));
        Assert.NotNull(Judge("precision=bf16", Steady("own", Bf16, Whole, new AnswerAgreement(100, 90)), Steady("other", Int4, Part, new AnswerAgreement(100, 100))));
        Assert.Null(Judge("precision=bf16", Steady("own", Bf16, Whole, new AnswerAgreement(100, 91)), Steady("other", Int4, Part, new AnswerAgreement(100, 100))));
        Assert.Null(Judge("precision=bf16", Steady("own", Bf16, Whole, new AnswerAgreement(99, 80)), Steady("other", Int4, Part, new AnswerAgreement(99, 99))));
    }

    [Fact]
    public void Answers_that_the_claim_allows_as_well_accuse_nobody()
    {
        // fp32 holds bf16: a model whose weights are bf16 is true under both names.
        Assert.Null(Judge("precision=bf16", Steady("own", Bf16, Whole, Part, Part), Steady("other", Int4, Part, Whole, Whole), Steady("wider", "engine=e precision=fp32", Part, Whole, Whole)));
        Assert.Null(Judge("precision=bf16", Steady("own", Bf16, Whole, Part, Part), Steady("wider", "engine=e precision=fp32", Part, Whole, Whole)));
    }

    [Fact]
    public void Without_a_counterpart_or_an_enrolled_claim_nobody_is_accused()
    {
        Assert.Null(Judge("precision=bf16", Steady("own", "engine=f precision=bf16", Whole, Part, Part), Steady("other", Int4, Part, Whole, Whole)));
        Assert.Null(Judge("precision=fp16", Steady("own", Bf16, Whole, Part, Part), Steady("other", Int4, Part, Whole, Whole)));
    }

    [Theory]
    [InlineData(Repeats.NotNeeded, true)]
    [InlineData(Repeats.Agree, true)]
    [InlineData(Repeats.Unknown, false)]
    public void The_claimed_platform_has_to_be_known_to_agree_with_itself(Repeats repeats, bool accused) =>
        Assert.Equal(accused, Judge("precision=bf16", Steady("own", Bf16, Whole, Part, Part) with { Repeats = repeats }, Steady("other", Int4, Part, Whole, Whole)) is not null);

    [Theory]
    [InlineData(0.030, false)]
    [InlineData(0.031, true)] // three times its own farthest
    public void Or_how_far_it_lies_from_itself_and_the_answers_have_to_lie_much_farther(double distance, bool accused) =>
        Assert.Equal(accused, Judge("precision=bf16", Busy("own", Bf16, distance, 0, 0, 0, 0), Busy("other", Int4, 0, 1, 3, 1, 0)) is not null);

    [Theory]
    [InlineData(false, 1, 1, 0)] // two positions by chance: one in a hundred million
    [InlineData(true, 1, 1, 1)]
    [InlineData(false, 7, 0, 0)] // the positions of one answer are not independent
    [InlineData(true, 7, 1, 0)]
    public void Odds_of_a_thousand_million_from_two_answers_are_needed(bool accused, int first, int second, int third) =>
        Assert.Equal(accused, Judge("precision=bf16", Busy("own", Bf16, 1, 0, 0, 0), Busy("other", Int4, 0, first, second, third)) is not null);

    [Fact]
    public void Answers_of_a_busy_server_say_nothing_about_a_claim_that_was_only_enrolled_quietly() =>
        Assert.Null(Judge("precision=bf16", Steady("own", Bf16, Part, Part, Part), Busy("other", Int4, 0, 3, 3, 3)));

    [Fact]
    public void A_claimed_server_that_never_meets_itself_cannot_be_left_behind() =>
        Assert.Null(Judge("precision=bf16", Busy("own", Bf16, 5, 0, 0, 0) with { Noise = new EnrolledNoise(10, 10, double.PositiveInfinity) }, Busy("other", Int4, 0, 3, 3, 3)));

    private static ClaimedColumn? Judge(string claim, params ReferenceAgreement[] references) => ForeignAnswers.Judge(PlatformClaim.Parse(claim), references);

    private static ReferenceAgreement Steady(string name, string member, params AnswerAgreement[] answers) =>
        new(name, [PlatformText.Parse(member)], answers.Sum(one => one.Compared), answers.Sum(one => one.Equal)) { Answers = answers, Repeats = Repeats.Agree, Chance = 1e-4 };

    /// <summary>Answers of six positions; bits say which of them are met.</summary>
    private static ReferenceAgreement Busy(string name, string member, double distance, params int[] met) =>
        Steady(name, member, [.. met.Select(bits => new AnswerAgreement(60, 20) { States = new StateAgreement(0b111111, (ulong)bits, distance) })]) with { Repeats = Repeats.Differ, Noise = new EnrolledNoise(40, 0, 0.01) };
}
