using Hspi.Dialects;
using Hspi.Readers.Lattice;
using Hspi.Readers.NumberText;
using Hspi.Evaluation.Simulation;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class LogitLatticeReaderTests
{
    // vLLM issue #44319, as reported there: gaps 6.625 and 6.875; the fourth and fifth continue its lattice.
    private static readonly string[] Bf16 =
        ["-1.6017862558364868", "-8.226786613464355", "-8.476786613464355", "-9.101786613464355", "-9.351786613464355"];

    // OpenAI's gpt-4.1-nano, "Paris", 2026-04-03 (Robby955/logprobe, MIT).
    private static readonly string[] Nano =
        ["-3.173704271830502e-06", "-13.50000286102295", "-14.87500286102295", "-14.87500286102295", "-15.25000286102295"];

    public static MatrixTheoryData<Head, string> Prints => new(HeadText.Known, PrintedGrids.Names);

    [Fact]
    public void Eighths_are_bf16() => Assert.Equal(Head.Bf16, HeadOf(Bf16));

    [Fact]
    public void Its_reading_is_signed_and_names_a_temperature_only_where_there_is_one()
    {
        Assert.Equal("logit-lattice", Finding(Bf16).Reading.Reader);
        Assert.DoesNotContain("stretched", Finding(Bf16).Reading.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tie_does_not_hide_the_lattice() => Assert.Equal(Head.Bf16, HeadOf(Nano));

    [Fact]
    public void Four_decimals_are_never_named() => Assert.Equal(Head.Unknown, HeadOf(["-1.6018", "-8.2268", "-8.4768", "-9.1018", "-9.3518"]));

    [Fact]
    public void Sentinels_are_counted_and_do_not_count()
    {
        var finding = Finding([.. Bf16, "-9999.0", "-100", "-Infinity"]);

        Assert.Equal(Head.Bf16, finding.Head);
        Assert.Equal(3, finding.Detail.Sentinels);
    }

    [Fact]
    public void One_biased_token_leaves_the_lattice_alone() => Assert.Equal(Head.Bf16, HeadOf([.. Bf16, "-9.726786613464355", "-9.8517866134643", "-10.123456789012"]));

    [Fact]
    public void Logits_that_share_no_step_are_fp32() =>
        Assert.Equal(Head.Fp32, HeadOf(["-0.48219484", "-1.2944941", "-2.9817293", "-3.919401", "-4.1170273", "-5.0011563", "-5.8192344"]));

    [Fact]
    public void Nothing_listed_says_nothing() => Assert.Empty(Finding(["-0.5"]).Reading.Likelihoods);

    [Theory]
    [InlineData(Head.Bf16, false)]
    [InlineData(Head.Fp16, false)]
    [InlineData(Head.Fp32, false)]
    [InlineData(Head.Fp32, true)]
    public void Simulated_heads_are_named(Head head, bool processed)
    {
        var (right, _, wrong) = ReaderSweep.Count(new(20, 8, false, processed, false, head), 300, 11, TestContext.Current.CancellationToken);

        Assert.True(right >= 296, $"{right} of 300 right, {wrong} wrong");
    }

    [Trait("speed", "slow")]
    [Fact]
    public void Simulated_text_of_four_digits_is_never_named()
    {
        foreach (var head in HeadText.Known)
        {
            Assert.Equal((0, 300, 0), ReaderSweep.Count(new(20, 1, false, false, true, head), 300, 11, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void A_question_asked_again_says_nothing_new()
    {
        var answers = new SimulatedAnswers(new(Head.Bf16, 32_000, 5, 2, 0, false, LogprobRecipe.MaxThenLog, LogprobPrint.DoubleOfFloat32, false) { Mean = 0 }, 5);
        var (first, second) = (answers.Next(), answers.Next());
        var (once, often) = (new LogitLatticeReader(), new LogitLatticeReader());
        once.Add(first);
        once.Add(second);

        for (var repeat = 0; repeat < 20; repeat++)
        {
            often.Add(first);
            often.Add([first[0], second[1]]); // begins alike, then goes another way
            often.Add(second);
        }

        Assert.Equal(60 * 2, often.Finding().Detail.Repeated + 4);
        Assert.Equal(4, often.Finding().Detail.Positions);
        Assert.Equal(once.Finding().Likelihoods.Bf16, often.Finding().Likelihoods.Bf16, tolerance: 0.5); // the same positions, divided among requests otherwise
        Assert.Contains("(repeated positions left out: 116)", often.Finding().Reading.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Head.Bf16)]
    [InlineData(Head.Fp16)]
    public void All_answers_of_an_endpoint_together_name_its_head(Head head)
    {
        for (var index = 0; index < 20; index++)
        {
            Assert.Equal((head, false), ReaderSweep.Pooled(new(5, 8, Offset: true, false, false, head), index, 11, new(10, 3, 8)));
        }
    }

    [Trait("speed", "slow")]
    [Fact]
    public void A_second_backend_is_seen_and_one_is_not_taken_for_two()
    {
        Assert.True(MixtureSweep.Seen(new(20, false, LogitShape.Normal), new(Head.Bf16, Head.Fp32, 0.1), 5));
        Assert.False(MixtureSweep.Seen(new(20, false, LogitShape.Normal), new(Head.Bf16, Head.Fp32, 0), 5));
    }

    [Theory]
    [InlineData(Head.Bf16, Head.Fp16, "or one whose logits lie so far from 0 that their places mislead.")]
    [InlineData(Head.Bf16, Head.Fp32, "Several backends answer.")]
    public void Two_precisions_have_no_name_and_the_likely_cause(Head usual, Head rarer, string cause)
    {
        var reader = new LogitLatticeReader();
        foreach (var (head, count) in new[] { (usual, 30), (rarer, 10) })
        {
            var answers = new SimulatedAnswers(new(head, 32_000, 20, 1, 0, false, LogprobRecipe.MaxThenLog, LogprobPrint.DoubleOfFloat32, false) { Mean = 0 }, 5);
            for (var i = 0; i < count; i++)
            {
                _ = reader.Add(answers.Next());
            }
        }

        var finding = reader.Finding();

        Assert.Equal(Head.Unknown, finding.Head);
        Assert.EndsWith(cause, finding.Reading.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Prints))]
    public void Logprobs_on_a_printed_grid_name_the_print_and_no_head(Head head, string print)
    {
        foreach (var tokens in new[] { 1, 8 })
        {
            var simulated = new SimulatedAnswers(new(head, 32_000, 20, tokens, 0, false, LogprobRecipe.MaxThenLog, LogprobPrint.DoubleOfFloat32, false) { Mean = 0 }, 5);
            List<ParsedAnswer> answers = [.. Enumerable.Range(0, 12).Select(_ => PrintedGrids.Rounded(simulated.Next(), print))];

            var finding = LogitLatticeReader.Read(answers);

            Assert.Equal(Head.Unknown, finding.Head);
            Assert.Empty(finding.Reading.Likelihoods);
            Assert.EndsWith("the grid is the print's, and says nothing of the logits.", finding.Reading.Seen, StringComparison.Ordinal);
            Assert.Equal(print, NumberTextReader.Read(answers).Form);
        }
    }

    [Fact]
    public void Bf16_logits_at_a_temperature_of_a_hundredth_name_no_head()
    {
        var simulated = new SimulatedAnswers(new(Head.Bf16, 32_000, 20, 8, 0.01, true, LogprobRecipe.MaxThenLog, LogprobPrint.DoubleOfFloat32, false) { Mean = 0 }, 5);

        var finding = LogitLatticeReader.Read([.. Enumerable.Range(0, 12).Select(_ => PrintedGrids.Answer(simulated.Next()))]);

        Assert.Contains(finding.Head, new[] { Head.Unknown, Head.Bf16 });
    }

    private static Head HeadOf(string[] logprobs) => Finding(logprobs).Head;

    private static LatticeFinding Finding(string[] logprobs) => LogitLatticeReader.Read([Some.Answer(logprobs)]);
}
