using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Reductions;

public sealed class ReductionTests
{
    private static readonly MatrixUnit Hopper = KnownUnits.Find("hopper_bf16_fp32")!.Unit;

    [Fact]
    public void Split_k_slices_are_whole_grains_and_the_last_one_is_short()
    {
        var schedule = (SummationSchedule.Sum)ReductionText.Parse("splitk=3").Schedule(new TermRange(0, 1000));

        // ceil(ceil(1000 / 64) / 3) * 64 = 384 (cuBLASLt on sm_90, cublas_match)
        Assert.Equal([384, 384, 232], schedule.Parts.Select(part => ((SummationSchedule.Chain)part).Ranges[0].Count));
    }

    [Fact]
    public void Every_reduction_uses_every_term_once()
    {
        string[] texts = ["chain", "promoted=128", "residue=64", "sliced=2/32", "splitk=4", "splitk=4:serial-bf16", "tp=3:bf16", "tp=4:bf16:ring",
            "tp=4:tree", "tp=2 > splitk=2 > promoted=128", "lanes=8", "lanes=8:halves", "pairwise"];
        foreach (var reduction in texts.Select(ReductionText.Parse))
        {
            for (var terms = 1; terms < 700; terms += 37)
            {
                for (var chunk = 0; chunk < reduction.Chunks; chunk++)
                {
                    Assert.Equal(Enumerable.Range(0, terms), Indices(reduction.Schedule(new TermRange(0, terms), chunk)).Order());
                }
            }
        }
    }

    [Fact]
    public void Partials_in_the_output_type_lose_what_a_workspace_keeps()
    {
        // Two slices of 64 terms: 1 + 2^-9 cannot be kept in BF16.
        float[] a = new float[128];
        a[0] = 1;
        a[64] = MathF.ScaleB(1, -9);
        var b = Enumerable.Repeat(1f, 128).ToArray();

        Assert.Equal(1 + MathF.ScaleB(1, -9), Sum("splitk=2", a, b));
        Assert.Equal(1 + MathF.ScaleB(1, -9), Sum("splitk=2:partials-bf16", a, b));
        Assert.Equal(1f, Sum("splitk=2:serial-bf16", a, b));
        Assert.Equal(1f, Sum("tp=2:bf16", a, b));
    }

    [Fact]
    public void A_ring_starts_each_chunk_at_another_rank()
    {
        var ring = ReductionText.Parse("tp=3:ring");

        Assert.Equal(3, ring.Chunks);
        Assert.Equal([1, 2, 0], Indices(ring.Schedule(new TermRange(0, 3), chunk: 0)));
        Assert.Equal([0, 1, 2], Indices(ring.Schedule(new TermRange(0, 3), chunk: 2)));
    }

    [Fact]
    public void Promotion_on_hopper_keeps_small_blocks_that_the_14_bit_accumulator_drops()
    {
        var unit = KnownUnits.Find("hopper_e4m3_fp32")!.Unit;
        var a = Enumerable.Repeat(0f, 256).ToArray();
        a[0] = 256;
        a[128] = MathF.ScaleB(1, -6);
        var b = Enumerable.Repeat(1f, 256).ToArray();

        Assert.Equal(256f, Sum(unit, "chain", a, b));
        Assert.Equal(256 + MathF.ScaleB(1, -6), Sum(unit, "promoted=128", a, b));
    }

    [Theory]
    [InlineData("spltk=4")]
    [InlineData("splitk")]
    [InlineData("promoted=128 > chain")]
    [InlineData("tp=2:fp99")]
    [InlineData("sliced=64/32")] // a warp would get no term of a tile
    [InlineData("splitk=2147483647")] // lengths would overflow
    public void A_word_that_is_no_reduction_is_refused(string text) => Assert.Throws<FormatException>(() => ReductionText.Parse(text));

    private static float Sum(string reduction, float[] a, float[] b) => Sum(Hopper, reduction, a, b);

    private static float Sum(MatrixUnit unit, string reduction, float[] a, float[] b) => (float)ReducedSum.Of(
        unit,
        ReductionText.Parse(reduction).Schedule(new TermRange(0, a.Length)),
        [.. a.Select(unit.A.FromSingle)],
        [.. b.Select(unit.B.FromSingle)]).ToDouble();

    private static IEnumerable<int> Indices(SummationSchedule schedule) => schedule switch
    {
        SummationSchedule.Chain chain => chain.Ranges.SelectMany(range => Enumerable.Range(0, range.Count).Select(i => range[i])),
        SummationSchedule.Sum sum => sum.Parts.SelectMany(Indices),
        _ => throw new NotSupportedException(),
    };
}
