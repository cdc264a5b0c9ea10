using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.Circumstances;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

/// <summary>Each row of src/Hspi.Core/Verdicts/README.md.</summary>
public sealed class VerdictRulesTests
{
    private static readonly string[] Engines = ["vllm", "sglang", "llama.cpp", "ollama", "openai"];
    private static readonly string[] Heads = ["bf16", "fp16", "fp32"];
    private static readonly ReferenceAgreement TorchMatches = Class("torch-bf16", 300, 300, "engine=torch version=2.11 device=cpu precision=bf16");
    private static readonly ReferenceAgreement OnnxDiffers = Class("onnx-fp32", 300, 40, "engine=onnxruntime version=2.11 device=cpu precision=fp32");

    [Fact]
    public void A_claim_that_holds_the_matching_class_is_consistent() =>
        Assert.IsType<Verdict.Consistent>(Judge("engine=torch precision=bf16", TorchMatches, OnnxDiffers));

    [Theory]
    [InlineData("precision=bf16", "consistent")]
    [InlineData(null, "identified")]
    public void Nothing_is_confirmed_while_a_question_is_unanswered(string? claim, string otherwise)
    {
        var seen = new Observations { Claim = claim is null ? null : PlatformClaim.Parse(claim), References = [TorchMatches, OnnxDiffers] };

        Assert.IsNotType<Verdict.Unknown>(VerdictRules.Conclude(seen).Verdict);
        Assert.Contains($"would be \"{otherwise}\"", Assert.IsType<Verdict.Unknown>(VerdictRules.Conclude(seen with { Planned = 16, Open = [new(3, "HTTP 400: no logprobs", WithinLimits: true)] }).Verdict).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reason_names_the_silent_questions_and_what_came()
    {
        var seen = new Observations
        {
            Claim = PlatformClaim.Parse("precision=bf16"),
            References = [TorchMatches, OnnxDiffers],
            Planned = 16,
            Open = [new(2, "HTTP 400: no logprobs", WithinLimits: true), new(4, "HTTP 400: no logprobs", WithinLimits: true), new(5, "nothing came back", WithinLimits: true), new(16, "not asked", WithinLimits: false)],
        };

        Assert.Equal(
            "3 of 16 questions have no usable numbers, so nothing is confirmed: 2, 4 (HTTP 400: no logprobs); 5 (nothing came back). By the other answers alone the verdict would be \"consistent\".",
            Assert.IsType<Verdict.Unknown>(VerdictRules.Conclude(seen).Verdict).Reason);
    }

    [Fact]
    public void Questions_beyond_the_callers_own_limits_are_nobodys_silence() => Assert.IsType<Verdict.Consistent>(VerdictRules.Conclude(
        new Observations { Claim = PlatformClaim.Parse("precision=bf16"), References = [TorchMatches, OnnxDiffers], Planned = 16, Open = [new(16, "not asked", WithinLimits: false)] }).Verdict);

    [Fact]
    public void A_proof_stays_one_whatever_is_unanswered() => Assert.IsType<Verdict.Inconsistent>(VerdictRules.Conclude(
        new Observations { Claim = PlatformClaim.Parse("engine=onnxruntime precision=fp32"), References = [TorchMatches, OnnxDiffers], Planned = 16, Open = [new(3, "nothing came back", WithinLimits: true)] }).Verdict);

    [Fact]
    public void A_shorter_version_claims_the_longer_one() =>
        Assert.IsType<Verdict.Consistent>(Judge("engine=torch version=2", TorchMatches, OnnxDiffers));

    [Fact]
    public void An_enrolled_claim_whose_references_differ_is_inconsistent_when_another_class_matches_in_every_value() =>
        Assert.IsType<Verdict.Inconsistent>(Judge("engine=onnxruntime precision=fp32", TorchMatches, OnnxDiffers));

    [Fact]
    public void A_claim_that_was_never_enrolled_is_not_accused_by_a_match_elsewhere() =>
        Assert.IsType<Verdict.Unknown>(Judge("engine=tensorrt", TorchMatches, OnnxDiffers));

    [Theory]
    [InlineData("parallel=threads2")] // true: two threads in int4 answer as one does, and were enrolled in fp32 only
    [InlineData("device=h200")]
    public void A_claim_is_not_held_against_a_platform_that_differs_in_columns_which_nobody_claimed(string claim)
    {
        var served = Class("int4", 300, 300, "engine=e device=h100 precision=int4 parallel=threads1");
        var other = Class("fp32", 300, 40, "engine=e device=h200 precision=fp32 parallel=threads2");
        var counterpart = Class("int4-too", 300, 40, "engine=e device=h200 precision=int4 parallel=threads1", "engine=e device=h100 precision=int4 parallel=threads2");

        Assert.IsType<Verdict.Unknown>(Judge(claim, served, other));
        Assert.IsType<Verdict.Inconsistent>(Judge(claim, served, other, counterpart));
    }

    [Fact]
    public void A_shorter_word_leaves_open_what_it_does_not_say()
    {
        // True of opt-all with batch 1, which shares every bit with batch 8.
        var served = Class("batch8", 300, 300, "engine=e precision=fp32 kernels=opt-all batch=8");
        var other = Class("batch1", 300, 40, "engine=e precision=fp32 kernels=opt-basic batch=1");

        Assert.IsType<Verdict.Unknown>(Judge("kernels=opt batch=1", served, other));
        Assert.IsType<Verdict.Unknown>(Judge("kernels=opt-all batch=1", served, other));
        Assert.IsType<Verdict.Inconsistent>(Judge("kernels=opt-basic batch=1", served, other));
    }

    [Theory]
    [InlineData("device=b200 arch=blackwell")] // true of b200 in bf16, which shares every bit with h100; half-logits alone were enrolled
    [InlineData("device=b200")]
    [InlineData("device=b200 arch=blackwell precision=bf16")]
    public void An_open_column_is_like_no_other_value(string claim)
    {
        var served = Class("hopper", 300, 300, "engine=e device=h100 arch=hopper precision=bf16");
        var other = Class("blackwell", 300, 40, "engine=e device=b200 arch=blackwell precision=bf16 kernels=half-logits");

        Assert.IsType<Verdict.Unknown>(Judge(claim, served, other));
    }

    [Fact]
    public void An_engine_that_was_enrolled_with_other_kernels_is_not_accused()
    {
        // True of an engine a that calls the same library as b.
        var served = Class("b", 300, 300, "engine=b version=2 device=h100 precision=bf16 kernels=library");
        var other = Class("a", 300, 40, "engine=a version=7 device=h100 precision=bf16 kernels=own");
        var same = Class("a-too", 300, 40, "engine=a version=7 device=h100 precision=bf16 kernels=library");

        Assert.IsType<Verdict.Unknown>(Judge("engine=a version=7", served, other));
        Assert.IsType<Verdict.Unknown>(Judge("engine=a", served, other, same)); // another version of a may do as b does
        Assert.IsType<Verdict.Inconsistent>(Judge("engine=a version=7", served, other, same));
    }

    [Theory]
    [InlineData("bf16", "fp32", false)] // bf16 weights, computed in fp32: both words are true
    [InlineData("bf16", "fp16-weights", false)]
    [InlineData("fp8", "bf16", false)] // a checkpoint that is native fp8
    [InlineData("q4_k_m", "fp16", false)]
    [InlineData("bf16", "fp8", false)] // the same checkpoint unpacked, with kernels that were not enrolled
    [InlineData("fp32", "bf16", false)] // bf16 weights unpacked
    [InlineData("bf16", "fp16", false)] // both unpacked to fp32
    [InlineData("bf16", "int8-dynamic", true)]
    [InlineData("fp8", "int8-dynamic", true)]
    public void A_precision_is_held_against_no_format_that_may_share_its_bits(string claimed, string served, bool accused)
    {
        var matches = Class("served", 300, 300, $"engine=e version=1 device=h100 precision={served} kernels=k1");
        var differs = Class("claimed", 300, 40, $"engine=e version=1 device=h100 precision={claimed} kernels=k2");

        Assert.Equal(accused, Judge($"precision={claimed}", matches, differs) is Verdict.Inconsistent);
    }

    [Theory]
    [InlineData("engine=other version=1 device=h100 precision=bf16")] // the nearest bf16 is of another engine,
    [InlineData("engine=e version=1 device=a100 precision=bf16")] // card,
    [InlineData("engine=e version=2 device=h100 precision=bf16")] // version,
    [InlineData("engine=e version=1 device=h100 precision=bf16 parallel=tp2")] // or division
    public void A_format_that_may_be_storage_is_held_against_its_counterpart_only(string enrolled)
    {
        var served = Class("served", 300, 300, "engine=e version=1 device=h100 precision=fp8");
        var counterpart = Class("counterpart", 300, 40, "engine=e version=1 device=h100 precision=bf16");

        Assert.IsType<Verdict.Unknown>(Judge("precision=bf16", served, Class("enrolled", 300, 40, enrolled)));
        Assert.IsType<Verdict.Inconsistent>(Judge("precision=bf16", served, Class("enrolled", 300, 40, enrolled), counterpart));
    }

    [Theory]
    [InlineData(291)] // nine values differ: too few
    [InlineData(300)] // none does: both fit
    public void A_claimed_class_that_nearly_fits_is_not_accused(int equal) =>
        Assert.IsNotType<Verdict.Inconsistent>(Judge("engine=onnxruntime", TorchMatches, OnnxDiffers with { Equal = equal }));

    [Theory]
    [InlineData(99, 99)] // too few values
    [InlineData(300, 299)] // one value off
    public void A_match_that_is_short_or_not_exact_accuses_nobody(int compared, int equal) =>
        Assert.IsType<Verdict.Unknown>(Judge("engine=onnxruntime", TorchMatches with { Compared = compared, Equal = equal }, OnnxDiffers));

    [Fact]
    public void A_column_on_which_all_members_agree_is_supported_even_when_the_rest_is_not_enrolled()
    {
        var conclusion = Conclude("engine=torch device=h100", [TorchMatches, OnnxDiffers]);

        Assert.IsType<Verdict.Unknown>(conclusion.Verdict);
        Assert.Equal([Standing.Supported, Standing.NotVisible], conclusion.Columns.Select(column => column.Standing));
    }

    [Fact]
    public void A_class_that_cannot_be_parted_supports_each_of_its_members()
    {
        var hopper = Class("hopper", 300, 300, "engine=emulated device=h100", "engine=emulated device=h200");

        Assert.IsType<Verdict.Consistent>(Judge("device=h100", hopper));
        Assert.IsType<Verdict.Consistent>(Judge("device=h200", hopper));
    }

    [Fact]
    public void A_platform_that_was_never_enrolled_is_unknown()
    {
        var conclusion = Conclude(null, [OnnxDiffers, TorchMatches with { Equal = 250 }]);

        Assert.Contains("never enrolled", Assert.IsType<Verdict.Unknown>(conclusion.Verdict).Reason, StringComparison.Ordinal);
        Assert.Equal(Ranking.NeverEnrolled, conclusion.Ranking[0].Platform);
    }

    [Fact]
    public void The_one_class_that_matches_is_identified()
    {
        var identified = Assert.IsType<Verdict.Identified>(Judge(null, TorchMatches, OnnxDiffers));

        Assert.Equal("torch-bf16", identified.Platform);
        Assert.True(identified.Probability > 0.99);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void A_perfect_match_names_its_class_however_many_values_there_are(int values) =>
        Assert.IsType<Verdict.Identified>(Judge(null, TorchMatches with { Compared = values, Equal = values }, OnnxDiffers));

    [Fact]
    public void A_class_that_is_likely_but_not_sure_is_not_named()
    {
        // Each of 500 that differ in a single value may be the one that answers, with a slip: 94 % are left for the one that matches.
        ReferenceAgreement[] nearly = [.. Enumerable.Range(0, 500).Select(number => Class($"nearly{number}", 100, 99, $"engine=e{number}"))];

        var conclusion = Conclude(null, [TorchMatches with { Compared = 100, Equal = 100 }, .. nearly]);

        Assert.IsType<Verdict.Unknown>(conclusion.Verdict);
        Assert.Equal("torch-bf16", conclusion.Ranking[0].Platform);
        Assert.InRange(conclusion.Ranking[0].Probability, 0.9, 0.98);
    }

    [Fact]
    public void Two_classes_that_match_equally_well_are_not_identified() =>
        Assert.IsType<Verdict.Unknown>(Judge(null, TorchMatches, OnnxDiffers with { Equal = 300 }));

    [Theory]
    [InlineData("fp32", "bf16", Standing.Contradicted)]
    [InlineData("fp32", "fp16", Standing.Contradicted)]
    [InlineData("tf32", "bf16", Standing.Contradicted)]
    [InlineData("bf16", "fp16", Standing.NotVisible)] // the same numbers, if the logits are eight times larger
    [InlineData("fp16", "bf16", Standing.NotVisible)]
    [InlineData("bf16", "bf16", Standing.Supported)]
    [InlineData("fp16", "fp16", Standing.Supported)]
    [InlineData("bf16", "fp32", Standing.NotVisible)] // SGLang's fp32 head, llama.cpp
    [InlineData("fp16", "fp32", Standing.NotVisible)]
    [InlineData("fp32", "fp32", Standing.NotVisible)]
    [InlineData("int8", "bf16", Standing.NotVisible)]
    [InlineData("fp8", "fp32", Standing.NotVisible)]
    public void The_lattice_judges_a_claimed_precision(string claimed, string head, Standing expected)
    {
        var conclusion = Conclude($"precision={claimed}", [], Head(head, margin: 100));

        Assert.Equal(expected, Assert.Single(conclusion.Columns).Standing);
    }

    [Fact]
    public void A_lattice_that_is_only_likely_accuses_nobody() =>
        Assert.IsType<Verdict.Unknown>(Conclude("precision=fp32", [], Head("bf16", margin: 20)).Verdict);

    [Theory]
    [InlineData("vllm", "vllm", 5, Standing.Supported)]
    [InlineData("vllm", "sglang", 20, Standing.NotVisible)] // a proxy may write another engine's surface
    [InlineData("llama.cpp", "ollama", 20, Standing.Supported)]
    [InlineData("vllm", "openai", 20, Standing.NotVisible)]
    [InlineData("tensorrt-llm", "vllm", 20, Standing.NotVisible)] // the reader does not know the claimed engine
    public void The_surface_judges_a_claimed_engine(string claimed, string seen, double margin, Standing expected)
    {
        var likelihoods = Engines.ToDictionary(name => name, name => name == seen ? 0 : -margin);

        var conclusion = VerdictRules.Conclude(new Observations
        {
            Claim = PlatformClaim.Parse($"engine={claimed}"),
            Readings = [new Reading("surface", Aspect.Engine, "", likelihoods, 3, "")],
            Cores = seen == "ollama" ? ["llama.cpp"] : [],
        });

        Assert.Equal(expected, Assert.Single(conclusion.Columns).Standing);
    }

    [Theory]
    [InlineData(3.0, Standing.Supported)]
    [InlineData(2.9, Standing.NotVisible)]
    public void The_surface_supports_from_odds_of_twenty_over_the_next_engine(double margin, Standing expected)
    {
        var likelihoods = new Dictionary<string, double> { ["vllm"] = 0, ["sglang"] = -margin, ["openai"] = -50 };

        var column = Assert.Single(Conclude("engine=vllm", [], Surface(likelihoods)).Columns);

        Assert.Equal(("engine", "vllm", expected), (column.Key, column.Claimed, column.Standing));
    }

    [Fact]
    public void An_engine_without_an_alternative_is_not_named_by_the_surface()
    {
        Assert.Equal("The surface of these answers names no engine.", Assert.Single(Conclude("engine=vllm", [], Surface(new() { ["vllm"] = 0 })).Columns).Reason);
        Assert.Equal(Standing.Supported, Assert.Single(Conclude("engine=vllm", [], Surface(new() { ["vllm"] = 0, ["unknown"] = -9 })).Columns).Standing);
    }

    [Theory]
    [InlineData("fp32", 20.7, Standing.Contradicted)]
    [InlineData("fp32", 20.6, Standing.NotVisible)]
    [InlineData("bf16", 6.9, Standing.Supported)]
    [InlineData("bf16", 6.8, Standing.NotVisible)]
    public void The_lattice_must_be_surer_to_contradict_than_to_support(string claimed, double margin, Standing expected)
    {
        var column = Assert.Single(Conclude($"precision={claimed}", [], Head("bf16", margin)).Columns);

        Assert.Equal(("precision", claimed, expected), (column.Key, column.Claimed, column.Standing));
    }

    [Fact]
    public void The_likeliest_alternative_is_the_one_to_beat()
    {
        var reading = Head("bf16", 100) with { Likelihoods = new Dictionary<string, double> { ["bf16"] = 0, ["fp16"] = -100, ["fp32"] = -3 } };

        Assert.Equal(Standing.NotVisible, Assert.Single(Conclude("precision=bf16", [], reading).Columns).Standing);
        Assert.Equal(Standing.NotVisible, Assert.Single(Conclude("precision=fp32", [], reading).Columns).Standing);
    }

    [Fact]
    public void A_head_without_an_alternative_was_not_read()
    {
        var reading = Head("bf16", 100) with { Likelihoods = new Dictionary<string, double> { ["bf16"] = 0 } };
        var two = reading with { Likelihoods = new Dictionary<string, double> { ["bf16"] = 0, ["fp16"] = -50 } };

        Assert.Equal("The head's precision could not be read from these answers.", Assert.Single(Conclude("precision=bf16", [], reading).Columns).Reason);
        Assert.Equal(Standing.Supported, Assert.Single(Conclude("precision=bf16", [], two).Columns).Standing);
        Assert.Equal(Standing.NotVisible, Assert.Single(Conclude("precision=fp32", [], two).Columns).Standing); // fp32 itself was not weighed
    }

    [Theory]
    [InlineData("fp16", 100, "The lattice looks more like bf16, but logits of another size would leave the same in fp16.")]
    [InlineData("bf16", 5, "The lattice does not decide between this precision and others.")]
    public void A_lattice_that_does_not_decide_says_why(string claimed, double margin, string reason) =>
        Assert.Equal(reason, Assert.Single(Conclude($"precision={claimed}", [], Head("bf16", margin)).Columns).Reason);

    [Fact]
    public void The_reader_that_rests_on_most_answers_speaks_for_an_aspect()
    {
        var most = Head("bf16", 100) with { Calls = 20 };
        var silent = Head("bf16", 100) with { Calls = 90, Likelihoods = new Dictionary<string, double>() };
        var elsewhere = Surface(new() { ["vllm"] = 0, ["sglang"] = -50 }) with { Calls = 99 };

        Assert.Equal(Standing.Supported, Assert.Single(Conclude("precision=bf16", [], Head("fp32", 100), most, silent, elsewhere).Columns).Standing);
        Assert.Equal("vllm", Conclude(null, [], most, elsewhere).Ranking[0].Platform);
    }

    [Theory]
    [InlineData(1, "1 of 5 questions has no usable numbers")]
    [InlineData(2, "2 of 5 questions have no usable numbers")]
    public void Unanswered_questions_are_counted_in_the_reason(int unanswered, string begin) => Assert.StartsWith(
        begin,
        Assert.IsType<Verdict.Unknown>(VerdictRules.Conclude(new Observations { References = [TorchMatches, OnnxDiffers], Planned = 5, Open = [.. Enumerable.Range(1, unanswered).Select(number => new OpenQuestion(number, "nothing came back", WithinLimits: true))] }).Verdict).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void The_first_column_that_is_contradicted_is_named() => Assert.StartsWith(
        "engine=onnxruntime cannot have given these answers.",
        Assert.IsType<Verdict.Inconsistent>(Judge("engine=onnxruntime precision=fp32", TorchMatches, OnnxDiffers)).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void What_is_supported_and_what_is_hidden_are_told_apart()
    {
        Assert.Equal("engine=torch is supported, but device=h100 is not visible from here.", Assert.IsType<Verdict.Unknown>(Judge("engine=torch device=h100", TorchMatches, OnnxDiffers)).Reason);
        Assert.StartsWith("engine=vllm, device=h100 is not visible from here. No enrolled answers", Assert.IsType<Verdict.Unknown>(Judge("engine=vllm device=h100")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void References_and_readers_that_oppose_each_other_conclude_nothing()
    {
        var conclusion = Conclude("precision=fp32", [OnnxDiffers with { Equal = 300 }], Head("bf16", margin: 100));

        Assert.IsType<Verdict.Unknown>(conclusion.Verdict);
    }

    [Theory]
    [InlineData("fp8", true)] // its head may be fp16
    [InlineData("bf16", false)]
    public void A_16_bit_head_does_not_speak_against_references_that_recognised_quantised_weights(string served, bool accused)
    {
        ReferenceAgreement[] references = [Class("served", 300, 300, $"engine=e precision={served}"), Class("claimed", 300, 40, "engine=e precision=fp16")];

        var verdict = VerdictRules.Conclude(new Observations { Claim = PlatformClaim.Parse("precision=fp16"), References = references, Readings = [Head("fp16", 30)] }).Verdict;

        Assert.Equal(accused, verdict is Verdict.Inconsistent);
    }

    [Theory]
    [InlineData("engine=e precision=fp16 kernels=other", true)]
    [InlineData("engine=e precision=bf16 kernels=other", false)]
    public void What_is_true_of_both_replicas_is_true(string second, bool consistent)
    {
        var one = Mixed("one", "engine=e precision=fp16 kernels=k", 160, 40, 160, 160, 40, 160);
        var other = Mixed("other", second, 30, 160, 30, 30, 160, 30);

        Assert.Equal(consistent, Judge("precision=fp16", one, other) is Verdict.Consistent);
        Assert.IsType<Verdict.Unknown>(Judge("kernels=k", one, other));
    }

    [Theory]
    [InlineData("engine=vllm version=0.9", "enrol version 0.9.")]
    [InlineData("engine=vllm version=0.8", null)] // 0.8.5 is a longer word for it
    [InlineData("engine=sglang version=0.9", null)]
    [InlineData("engine=vllm", null)]
    public void Whoever_claims_a_version_of_which_only_others_are_enrolled_is_told(string claim, string? told)
    {
        var reason = Assert.IsType<Verdict.Unknown>(Judge(claim, Class("old", 300, 40, "engine=vllm version=0.8.5"))).Reason;

        Assert.Equal(told is not null, reason.Contains("other versions", StringComparison.Ordinal));
        Assert.Contains(told ?? "", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void How_large_a_batch_is_depends_on_who_else_asks() =>
        Assert.IsType<Verdict.Unknown>(Judge("batch=1", Class("eight", 300, 300, "engine=e batch=8"), Class("one", 300, 40, "engine=e batch=1")));

    [Fact]
    public void A_claimed_platform_that_prints_other_bits_among_callers_is_not_contradicted_by_bits()
    {
        var quiet = Class("quiet", 300, 300, "engine=e device=h200") with { Repeats = Repeats.Agree };
        var noisy = Class("noisy", 300, 40, "engine=e device=h100") with { Repeats = Repeats.Agree };

        Assert.IsType<Verdict.Inconsistent>(Judge("device=h100", quiet, noisy));
        Assert.IsType<Verdict.Unknown>(Judge("device=h100", quiet, noisy with { Noise = new(10, 0, 0) }));
    }

    [Fact]
    public void Answers_that_are_those_of_two_classes_in_turn_are_unknown_and_the_reason_says_so()
    {
        var torch = Mixed("torch-bf16", "engine=torch precision=bf16", 160, 40, 160, 160, 40, 160);
        var onnx = Mixed("onnx-fp32", "engine=onnxruntime precision=fp32", 30, 160, 30, 30, 160, 30);

        var free = Assert.IsType<Verdict.Unknown>(Judge(null, torch, onnx));
        var claimed = Assert.IsType<Verdict.Unknown>(Judge("engine=torch precision=bf16", torch, onnx));

        Assert.Contains("4 of torch-bf16 alone, 2 of onnx-fp32 alone", free.Reason, StringComparison.Ordinal);
        Assert.Contains("4 of torch-bf16 alone, 2 of onnx-fp32 alone", claimed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(159)] // an answer that is nobody's
    [InlineData(40)] // one strange answer makes no second platform
    public void One_strange_answer_is_no_second_platform(int equal)
    {
        var torch = Mixed("torch-bf16", "engine=torch precision=bf16", 160, 160, 160, 160, equal);
        var onnx = Mixed("onnx-fp32", "engine=onnxruntime precision=fp32", 30, 30, 30, 30, equal == 40 ? 160 : 30);

        Assert.DoesNotContain("Two servers", Assert.IsType<Verdict.Unknown>(Judge(null, torch, onnx)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_evidence_everything_is_unknown()
    {
        Assert.IsType<Verdict.Unknown>(Judge(null));
        Assert.IsType<Verdict.Unknown>(Judge("engine=vllm precision=bf16 gpu=h100"));
    }

    [Fact]
    public void Probabilities_add_up_to_one()
    {
        var ranking = Conclude(null, [TorchMatches, OnnxDiffers]).Ranking;

        Assert.Equal(1, ranking.Sum(one => one.Probability), 12);
    }

    private static Verdict Judge(string? claim, params ReferenceAgreement[] references) => Conclude(claim, references).Verdict;

    private static Conclusion Conclude(string? claim, ReferenceAgreement[] references, params Reading[] evidence) => VerdictRules.Conclude(new Observations
    {
        Claim = claim is null ? null : PlatformClaim.Parse(claim),
        References = references,
        Readings = evidence,
    });

    private static Reading Surface(Dictionary<string, double> likelihoods) => new("surface", Aspect.Engine, "", likelihoods, 3, "");

    [Theory]
    [InlineData(true, Standing.NotVisible)]
    [InlineData(false, Standing.Contradicted)]
    [InlineData(null, Standing.Contradicted)]
    public void A_lattice_that_a_temperature_stretched_contradicts_nothing(bool? scaled, Standing expected) =>
        Assert.Equal(expected, Assert.Single(VerdictRules.Conclude(new Observations
        {
            Claim = PlatformClaim.Parse("precision=fp32"),
            Readings = [Head("bf16", 40)],
            Circumstances = [new(CircumstanceKind.Scale, scaled, "The log-odds are 0.5 times those of one.")],
        }).Columns).Standing);

    private static ReferenceAgreement Class(string name, int compared, int equal, params string[] members) =>
        new(name, [.. members.Select(PlatformText.Parse)], compared, equal);

    /// <summary>A class that agrees in so many of the 160 values of each answer.</summary>
    private static ReferenceAgreement Mixed(string name, string member, params int[] equal) =>
        Class(name, 160 * equal.Length, equal.Sum(), member) with { Answers = [.. equal.Select(values => new AnswerAgreement(160, values))] };

    private static Reading Head(string best, double margin) => new(
        "logit-lattice",
        Aspect.Head,
        "",
        Heads.ToDictionary(name => name, name => name == best ? 0 : -margin),
        10,
        "");
}
