using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Readers.Circumstances;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

/// <summary>Each row of "What would help most" in src/Hspi.Core/Verdicts/README.md.</summary>
public sealed class NextStepTests
{
    private static readonly ReferenceAgreement Claimed = new("bf16", [PlatformText.Parse("engine=vllm precision=bf16 device=h100")], 300, 20);
    private static readonly ReferenceAgreement Other = new("fp8", [PlatformText.Parse("engine=vllm precision=fp8 device=h100")], 300, 30);
    private static readonly ReferenceAgreement Matching = new("a100", [PlatformText.Parse("engine=vllm precision=bf16 device=a100")], 300, 300);

    private static Observations Seen => new() { Claim = PlatformClaim.Parse("precision=bf16 device=h100"), Logprobs = true, References = [Claimed, Other] };

    [Fact]
    public void A_run_that_did_not_end_is_ended() => Starts("Let the run come to its end", Seen with { IsUnfinished = true });

    [Fact]
    public void What_a_limit_left_open_is_asked() => Starts("Ask what is left", Seen with { Planned = 4, Open = [new(3, "HTTP 400: no", true), new(4, "not asked", true)] });

    [Fact]
    public void Silence_is_asked_about() => Starts("Ask the provider why", Seen with { Planned = 4, Open = [new(3, "HTTP 400: no", true)] });

    [Fact]
    public void An_endpoint_that_was_not_understood_is_addressed_otherwise() => Starts("Check address, model and key", Seen with { Logprobs = null });

    [Fact]
    public void Without_logprobs_another_door_is_tried() => Starts("Ask through an API of this provider that returns logprobs", Seen with { Logprobs = false });

    [Theory]
    [InlineData(CircumstanceKind.OtherText, "Let the model read what was enrolled")]
    [InlineData(CircumstanceKind.Scale, "Find out who sets a temperature")]
    [InlineData(CircumstanceKind.OtherModel, "Name the model that was enrolled")]
    public void What_stands_between_is_taken_away_first(CircumstanceKind kind, string words)
    {
        Starts(words, Seen with { Circumstances = [new(kind, true, "seen")] });
        Starts("Enrol it while others use it", Seen with { Circumstances = [new(kind, false, "not there")] });
        Starts("Enrol a platform that differs from the claimed one in", Seen with { Circumstances = [new(kind, true, "seen")], References = [Claimed with { Repeats = Repeats.Agree }, Matching with { Members = [PlatformText.Parse("engine=vllm version=2 precision=bf16 device=a100")] }] });
    }

    [Fact]
    public void Few_digits_need_another_door() => Starts("Find an API of this provider that prints more digits: 3 decimals", Seen with { References = [Claimed with { Decimals = 3 }] });

    [Fact]
    public void Few_values_need_more_prompts() => Starts("Compare more values", Seen with { References = [new ReferenceAgreement("bf16", Claimed.Members, 40, 2)] });

    [Fact]
    public void Without_references_servers_are_enrolled() => Starts("Enrol servers that you trust", Seen with { References = [] });

    [Fact]
    public void A_claim_that_was_never_enrolled_is_enrolled() =>
        Assert.Contains("--platform \"device=h100 precision=bf16\"", Starts("Enrol the claimed platform itself", Seen with { References = [Other] }), StringComparison.Ordinal);

    [Theory]
    [InlineData(Repeats.Unknown, "Enrol the claimed platform with --samples 2")]
    [InlineData(Repeats.Differ, "Enrol the claimed platform while nobody else asks")]
    [InlineData(Repeats.Agree, "Enrol it while others use it")]
    public void A_claim_that_does_not_agree_with_itself_is_enrolled_again(Repeats repeats, string words) => Starts(words, Seen with { References = [Claimed with { Repeats = repeats }, Other] });

    [Fact]
    public void Who_serves_more_than_was_claimed_needs_no_enrolment() =>
        Starts("Nothing needs to be enrolled: the answers are those of a100, a wider format than precision=fp8", Seen with { Claim = PlatformClaim.Parse("precision=fp8"), References = [Other with { Repeats = Repeats.Agree }, Matching] });

    [Fact]
    public void A_batch_is_left_out() => Starts("Leave batch out of the claim", Seen with { Claim = PlatformClaim.Parse("batch=4 precision=bf16"), References = [Claimed with { Members = [PlatformText.Parse("engine=vllm precision=bf16 batch=4")] }, Matching with { Members = [PlatformText.Parse("engine=vllm precision=bf16 batch=8")] }] });

    [Fact]
    public void Without_a_claim_more_platforms_are_enrolled()
    {
        Starts("Enrol more platforms", Seen with { Claim = null });
        Starts("Enrol these classes with more prompts", Seen with { Claim = null, References = [Matching, Matching with { Class = "b" }] });
    }

    [Fact]
    public void A_verdict_that_decides_needs_nothing()
    {
        var conclusion = VerdictRules.Conclude(Seen with { Claim = PlatformClaim.Parse("precision=bf16"), References = [Matching] });

        Assert.IsType<Verdict.Consistent>(conclusion.Verdict);
        Assert.Null(conclusion.Next);
    }

    private static string Starts(string words, Observations seen)
    {
        var conclusion = VerdictRules.Conclude(seen);

        Assert.IsType<Verdict.Unknown>(conclusion.Verdict);
        Assert.StartsWith(words, conclusion.Next, StringComparison.Ordinal);
        return conclusion.Next!;
    }
}
