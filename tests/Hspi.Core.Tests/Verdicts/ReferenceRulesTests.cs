using Hspi.Platforms;
using Hspi.Readers;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

/// <summary>Where the counts begin to mean something, and whose members speak.</summary>
public sealed class ReferenceRulesTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData(5, true)]
    [InlineData(4, false)]
    public void Five_decimals_are_enough(int? decimals, bool fine)
    {
        Assert.Equal(fine, ReferenceRules.IsFine(Class(300, 300) with { Decimals = decimals }));
        Assert.Equal(fine, ReferenceRules.Matches(Class(300, 300) with { Decimals = decimals }));
    }

    [Theory]
    [InlineData(100, 100, true)]
    [InlineData(99, 99, false)]
    [InlineData(100, 99, false)]
    public void A_hundred_values_match_where_all_of_them_agree(int compared, int equal, bool matches) =>
        Assert.Equal(matches, ReferenceRules.Matches(Class(compared, equal)));

    [Theory]
    [InlineData(100, 90, true)]
    [InlineData(100, 91, false)]
    [InlineData(100, 99, false)]
    [InlineData(99, 0, false)]
    public void A_class_differs_where_ten_of_a_hundred_values_do(int compared, int equal, bool differs) =>
        Assert.Equal(differs, ReferenceRules.Differs(Class(compared, equal)));

    [Theory]
    [InlineData(Repeats.NotNeeded, Standing.Contradicted)]
    [InlineData(Repeats.Agree, Standing.Contradicted)]
    [InlineData(Repeats.Differ, Standing.NotVisible)]
    [InlineData(Repeats.Unknown, Standing.NotVisible)]
    public void A_reference_that_is_not_known_to_agree_with_itself_contradicts_nothing(Repeats repeats, Standing expected)
    {
        // One server, enrolled quietly under one name and under load with another.
        var quiet = Class(300, 300, "engine=e device=h200") with { Repeats = Repeats.Agree };
        var busy = Class(300, 40, "engine=e device=h100") with { Repeats = repeats };

        Assert.Equal(expected, ReferenceRules.Judge(PlatformClaim.Parse("device=h100"), "device", [quiet, busy])!.Standing);
    }

    [Fact]
    public void Where_the_exact_word_is_enrolled_a_longer_one_does_not_confirm_it()
    {
        var longer = Class(300, 300, "engine=e kernels=kvf16-fa");
        var exact = Class(300, 40, "engine=e kernels=kvf16");

        Assert.Equal(Standing.NotVisible, ReferenceRules.Judge(PlatformClaim.Parse("kernels=kvf16"), "kernels", [longer, exact])!.Standing);
        Assert.Equal(Standing.Supported, ReferenceRules.Judge(PlatformClaim.Parse("kernels=kvf16"), "kernels", [longer])!.Standing);
        Assert.Equal(Standing.Supported, ReferenceRules.Judge(PlatformClaim.Parse("kernels=kvf16"), "kernels", [Class(300, 300, "engine=e kernels=kvf16-fa", "engine=e kernels=kvf16")])!.Standing);
    }

    [Fact]
    public void A_claim_is_out_where_every_class_that_holds_it_differs_and_there_is_one()
    {
        var claim = PlatformClaim.Parse("engine=a");
        var differs = Class(300, 40, "engine=b", "engine=a");
        var nearlyFits = Class(300, 299, "engine=a");

        Assert.True(ReferenceRules.ClaimedIsOut(claim, [differs, Class(300, 300, "engine=b")]));
        Assert.False(ReferenceRules.ClaimedIsOut(claim, [differs, nearlyFits]));
        Assert.False(ReferenceRules.ClaimedIsOut(claim, [Class(300, 40, "engine=b")]));
    }

    [Fact]
    public void A_class_that_fits_as_well_and_is_not_as_claimed_takes_the_support_away()
    {
        var one = Class(300, 300, "engine=a precision=bf16");
        var other = Class(300, 300, "engine=b precision=bf16");

        Assert.Null(ReferenceRules.Judge(PlatformClaim.Parse("engine=a"), "engine", [one, other]));
        Assert.Equal(Standing.Supported, ReferenceRules.Judge(PlatformClaim.Parse("engine=a"), "engine", [one])!.Standing);
        Assert.Equal(Standing.Supported, ReferenceRules.Judge(PlatformClaim.Parse("engine=a precision=bf16"), "precision", [one, other])!.Standing);
    }

    [Fact]
    public void One_member_that_is_as_claimed_keeps_the_others_from_denying_it()
    {
        // h100 and h200 share every bit, and the claim is true of h200 in every column but one.
        var served = Class(300, 300, "engine=e device=h100 parallel=one", "engine=e device=h200 parallel=one");
        var claimed = Class(300, 40, "engine=e device=h200 parallel=tp2");
        var claim = PlatformClaim.Parse("device=h200 parallel=tp2");

        Assert.Null(ReferenceRules.Judge(claim, "device", [served, claimed]));
        Assert.Equal(Standing.Contradicted, ReferenceRules.Judge(claim, "parallel", [served, claimed])!.Standing);
    }

    [Fact]
    public void Another_device_has_another_architecture_and_is_a_counterpart_all_the_same()
    {
        var served = Class(300, 300, "engine=e device=h100 arch=hopper precision=int4");
        var counterpart = Class(300, 40, "engine=e device=a100 arch=ampere precision=int4");
        var elsewhere = Class(300, 40, "engine=e arch=ampere precision=int4");

        Assert.Equal(Standing.Contradicted, ReferenceRules.Judge(PlatformClaim.Parse("device=a100"), "device", [served, counterpart])!.Standing);
        Assert.Null(ReferenceRules.Judge(PlatformClaim.Parse("engine=e arch=volta"), "arch", [served, elsewhere]));
    }

    [Fact]
    public void A_format_of_one_member_that_may_be_storage_speaks_for_all()
    {
        var served = Class(300, 300, "engine=e precision=int8-dynamic kernels=k", "engine=e precision=fp8 kernels=k");
        var claimed = Class(300, 40, "engine=e precision=bf16 kernels=other");
        var wider = Class(300, 300, "engine=e precision=int8-dynamic kernels=k", "engine=e precision=fp32 kernels=k");

        Assert.Null(ReferenceRules.Judge(PlatformClaim.Parse("precision=bf16"), "precision", [served, claimed]));
        Assert.Null(ReferenceRules.Judge(PlatformClaim.Parse("precision=bf16"), "precision", [wider, Class(300, 40, "engine=e precision=bf16 kernels=k")]));
    }

    [Fact]
    public void A_counterpart_of_one_member_is_enough()
    {
        var served = Class(300, 300, "engine=e device=h100 parallel=one", "engine=f device=h100 parallel=one");
        var counterpart = Class(300, 40, "engine=e device=h100 parallel=tp2");

        Assert.Equal(Standing.Contradicted, ReferenceRules.Judge(PlatformClaim.Parse("parallel=tp2"), "parallel", [served, counterpart])!.Standing);
    }

    private static ReferenceAgreement Class(int compared, int equal, params string[] members) =>
        new("c", [.. members.Select(PlatformText.Parse)], compared, equal);
}
