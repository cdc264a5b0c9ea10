using Hspi.Datasets;

namespace Hspi.Core.Tests.Datasets;

public sealed class ClassesTests
{
    [Fact]
    public void Platforms_with_equal_bits_are_one_class_named_after_the_shortest()
    {
        var set = SomeRows.Prompts();
        var data = new Dataset([
            .. SomeRows.Of(SomeRows.Platform("torch", batch: 8), set, noise: 1),
            .. SomeRows.Of(SomeRows.Platform("torch"), set, noise: 1),
            .. SomeRows.Of(SomeRows.Platform("onnxruntime"), set, noise: 2),
        ]);

        var classes = data.Classes();

        Assert.Equal(["engine=onnxruntime precision=fp32", "engine=torch precision=fp32 (+1 equal)"], classes.Select(one => one.Name));
        Assert.Equal(["engine=torch precision=fp32", "engine=torch precision=fp32 batch=8"], classes[1].Members.Select(member => member.ToString()));
    }

    [Fact]
    public void One_different_bit_parts_two_platforms()
    {
        var set = SomeRows.Prompts();
        var rows = SomeRows.Of(SomeRows.Platform("a"), set, noise: 0);
        var other = SomeRows.Of(SomeRows.Platform("b"), set, noise: 0).ToList();
        other[^1] = other[^1] with { LogitBits = [.. other[^1].LogitBits.SkipLast(1), other[^1].LogitBits[^1] ^ 1] };

        Assert.Equal(2, new Dataset([.. rows, .. other]).Classes().Count);
    }

    [Fact]
    public void A_platform_that_answered_fewer_probes_is_not_equal_to_one_that_answered_all()
    {
        var few = SomeRows.Of(SomeRows.Platform("a"), SomeRows.Prompts(count: 2), noise: 0);
        var all = SomeRows.Of(SomeRows.Platform("b"), SomeRows.Prompts(count: 3), noise: 0);

        Assert.Equal(2, new Dataset([.. few, .. all]).Classes().Count);
    }

    [Fact]
    public void The_order_of_rows_does_not_matter()
    {
        var rows = SomeRows.Of(SomeRows.Platform("a"), SomeRows.Prompts(), noise: 0);

        Assert.Equal(new Dataset(rows).Classes()[0].Fingerprint, new Dataset([.. rows.Reverse()]).Classes()[0].Fingerprint);
    }
}
