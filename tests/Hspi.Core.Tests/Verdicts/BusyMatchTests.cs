using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.References;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

/// <summary>A server that others use: rows "no class agrees in every value" of src/Hspi.Core/Verdicts/README.md.</summary>
public sealed class BusyMatchTests
{
    private const string Fp16 = "engine=e precision=fp16 kernels=k";
    private const string Int8 = "engine=e precision=int8 kernels=k";

    [Fact]
    public void A_class_is_recognised_by_whole_positions_that_it_printed_before()
    {
        var conclusion = Judge("precision=fp16", Busy("a", Fp16, [3, 1, 7, 1]), Busy("b", Int8, [0, 0, 0, 0], distance: 1));

        Assert.Equal(
            "Every claimed column is supported. 7 of 24 positions are, in all their values, what a prints when others use it; no other enrolled class has one.",
            Assert.IsType<Verdict.Consistent>(conclusion.Verdict).Reason);
        Assert.Equal("a", conclusion.Ranking[0].Platform);
        Assert.InRange(conclusion.Ranking.Sum(one => one.Probability), 0.999, 1.001);
        Assert.Contains(conclusion.Ranking, one => one.Platform == Ranking.NeverEnrolled);
    }

    [Fact]
    public void Without_a_claim_the_class_is_named()
    {
        Assert.Equal("a", Assert.IsType<Verdict.Identified>(Judge(null, Busy("a", Fp16, [3, 1, 7, 1]), Busy("b", Int8, [0, 0, 0, 0])).Verdict).Platform);
    }

    [Fact]
    public void Classes_that_print_the_same_states_are_one_and_only_what_they_share_is_supported()
    {
        string[] alike = ["a", "b"];
        ReferenceAgreement[] references = [Busy("a", Fp16, [3, 1, 7, 1]) with { Alike = alike }, Busy("b", "engine=e precision=fp16 kernels=l", [1, 1, 3, 1]) with { Alike = alike }, Busy("c", Int8, [0, 0, 0, 0])];

        Assert.IsType<Verdict.Consistent>(Judge("precision=fp16", references).Verdict);
        Assert.Contains("does not decide about kernels=k", Assert.Single(Judge("kernels=k", references).Columns).Reason, StringComparison.Ordinal);
        Assert.IsType<Verdict.Unknown>(Judge(null, references).Verdict);
    }

    [Fact]
    public void A_class_that_agrees_with_itself_has_to_agree_in_every_value()
    {
        Assert.IsType<Verdict.Unknown>(Judge("precision=fp16", Steady("a", Fp16, [3, 1, 7, 1]), Steady("b", Int8, [0, 0, 0, 0])).Verdict);
        Assert.IsType<Verdict.Unknown>(Judge("precision=fp16", Steady("a", Fp16, [3, 1, 7, 1]), Busy("b", Int8, [0, 0, 0, 0])).Verdict);
    }

    [Fact]
    public void A_column_in_which_no_enrolled_platform_differs_alone_is_not_visible()
    {
        ReferenceAgreement[] references = [Busy("a", Fp16, [3, 1, 7, 1]), Busy("b", "engine=e precision=int8 kernels=other", [0, 0, 0, 0])];

        Assert.Contains("differs from it in precision alone", Assert.Single(Judge("precision=fp16", references).Columns).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.015, true)] // half as far again as the farthest enrolled answer
    [InlineData(0.016, false)]
    public void An_answer_that_meets_nothing_has_to_be_as_near_as_the_classs_own(double distance, bool consistent)
    {
        var own = Busy("a", Fp16, [3, 1, 7, 0], distance) with { Noise = new EnrolledNoise(40, 3, 0.01) };

        var verdict = Judge("precision=fp16", own, Busy("b", Int8, [0, 0, 0, 0], distance: 1)).Verdict;

        Assert.Equal(consistent, verdict is Verdict.Consistent);
        Assert.Equal(consistent, Judge(null, own, Busy("b", Int8, [0, 0, 0, 0])).Verdict is Verdict.Identified);
        if (verdict is Verdict.Unknown unknown)
        {
            Assert.Contains("But 1 of 4 answers are none that it was seen to give.", unknown.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void More_unmet_answers_than_the_class_has_are_strange_though_each_is_near()
    {
        var noise = new EnrolledNoise(100, 1, 0.5);
        int[] met = [3, 3, 3, 3, 0, 0, 0, 0];

        Assert.IsType<Verdict.Unknown>(Judge("precision=fp16", Busy("a", Fp16, met, 0.1) with { Noise = noise }, Busy("b", Int8, [0, 0, 0, 0, 0, 0, 0, 0])).Verdict);
        Assert.IsType<Verdict.Consistent>(Judge("precision=fp16", Busy("a", Fp16, met, 0.1) with { Noise = noise with { Unmet = 30 } }, Busy("b", Int8, [0, 0, 0, 0, 0, 0, 0, 0])).Verdict);
    }

    [Fact]
    public void One_position_is_too_little_where_chance_meets_one_in_a_hundred()
    {
        ReferenceAgreement[] Of(double chance) => [Busy("a", Fp16, [1, 0, 0, 0], 0) with { Chance = chance, Noise = new EnrolledNoise(40, 30, 0.01) }, Busy("b", Int8, [0, 0, 0, 0]) with { Chance = chance }];

        Assert.IsType<Verdict.Unknown>(Judge(null, Of(0.01)).Verdict);
        Assert.Equal(Ranking.NeverEnrolled, Judge(null, Of(0.01)).Ranking[0].Platform);
        Assert.IsType<Verdict.Identified>(Judge(null, Of(1e-6)).Verdict);
    }

    [Fact]
    public void That_nothing_is_met_contradicts_nobody()
    {
        Assert.IsType<Verdict.Unknown>(Judge("precision=fp16", Busy("a", Fp16, [0, 0, 0, 0], 5), Busy("b", Int8, [0, 0, 0, 0], 0.001)).Verdict);
    }

    private static Conclusion Judge(string? claim, params ReferenceAgreement[] references) => VerdictRules.Conclude(new Observations { Claim = claim is null ? null : PlatformClaim.Parse(claim), References = references });

    private static ReferenceAgreement Busy(string name, string member, int[] met, double distance = 0) =>
        Steady(name, member, met, distance) with { Repeats = Repeats.Differ, Noise = new EnrolledNoise(40, 0, 0.01) };

    /// <summary>Answers of six positions; bits say which of them are met.</summary>
    private static ReferenceAgreement Steady(string name, string member, int[] met, double distance = 0) =>
        new(name, [PlatformText.Parse(member)], 120 * met.Length, 60 * met.Length)
        {
            Repeats = Repeats.Agree,
            Alike = [name],
            Chance = 1e-4,
            Answers = [.. met.Select(bits => new AnswerAgreement(120, 60) { States = new StateAgreement(0b111111, (ulong)bits, distance) })],
        };
}
