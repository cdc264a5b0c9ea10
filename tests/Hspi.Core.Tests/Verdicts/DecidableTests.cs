using Hspi.Platforms;
using Hspi.Readers.References;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

public sealed class DecidableTests
{
    [Theory]
    [InlineData("precision=bf16 device=h100", "precision", true, "against int8")]
    [InlineData("precision=bf16 device=h100", "device", false, "h200 and h100 answer alike")]
    [InlineData("precision=int8 device=h100", "device", false, "no platform is enrolled that differs from the claimed one in device alone")]
    [InlineData("precision=fp16", "precision", false, "no platform is enrolled as claimed, so nothing can contradict")]
    [InlineData("precision=bf16 batch=1", "batch", false, "who else asks decides how large a batch is")]
    public void What_references_can_decide_is_known_before_anything_is_asked(string claim, string key, bool sees, string why)
    {
        var references = new ReferenceSet([], [Class("engine=e device=h100 precision=bf16 batch=1", "engine=e device=h200 precision=bf16 batch=1"), Class("engine=e device=h100 precision=int8 batch=1")]);

        Assert.Equal((sees, why), Decidable.Of(PlatformClaim.Parse(claim), references).Where(one => one.Key == key).Select(one => (one.Sees, one.Why)).Single());
    }

    [Fact]
    public void Without_references_nothing_is()
    {
        var columns = Decidable.Of(PlatformClaim.Parse("precision=bf16 device=h100"), null);

        Assert.Equal(["device", "precision"], columns.Select(one => one.Key));
        Assert.All(columns, one => Assert.Equal((false, "nothing is enrolled"), (one.Sees, one.Why)));
    }

    [Fact]
    public void Of_a_server_that_others_change_only_the_precision_is_seen()
    {
        var noisy = Class("engine=e device=h100 precision=bf16") with { Others = [[[]]] };
        var references = new ReferenceSet([], [noisy, Class("engine=e device=a100 precision=bf16"), Class("engine=e device=h100 precision=int8")]);

        Assert.Equal([false, true], Decidable.Of(PlatformClaim.Parse("precision=bf16 device=h100"), references).Select(one => one.Sees));
    }

    private static EnrolledClass Class(params string[] members) => new(members[0], [.. members.Select(PlatformText.Parse)], []);
}
