using Hspi.Readers.Lattice;

namespace Hspi.Core.Tests.Readers.Lattice;

public sealed class ScaleEvidenceTests
{
    [Fact]
    public void A_position_speaks_against_a_hypothesis_with_nine_nats_at_most_and_its_excess_is_taken_off()
    {
        var request = new ScaleEvidence();

        request.Add(Of(bf16: 100, fp16: -50), excess: 40);
        request.Add(Of(bf16: 1, fp16: 2), excess: 0);

        Assert.Equal(61, request.Bf16[3]);
        Assert.Equal(-7, request.Fp16[3]);
        Assert.Equal(61, request.Best);
    }

    [Fact]
    public void Requests_of_one_head_are_added_whole_and_a_copy_stands_by_itself()
    {
        var pooled = Of(bf16: 1, fp16: 5);
        var copy = pooled.Copy();

        pooled.Add(Of(bf16: 100, fp16: -50));

        Assert.Equal((101, -45), (pooled.Bf16[0], pooled.Fp16[^1]));
        Assert.Equal((1, 5, 5), (copy.Bf16[0], copy.Fp16[^1], copy.Best));
        pooled.Clear();
        Assert.Equal((0, 0, 0), (pooled.Bf16[0], pooled.Fp16[^1], pooled.Best));
    }

    [Fact]
    public void The_best_may_lie_in_any_column_and_either_format()
    {
        var evidence = Of(bf16: -3, fp16: -4);
        Assert.Equal(-3, evidence.Best);

        evidence.Fp16[ScaleEvidence.Columns - 1] = 7;
        Assert.Equal(7, evidence.Best);
    }

    private static ScaleEvidence Of(double bf16, double fp16)
    {
        var evidence = new ScaleEvidence();
        evidence.Bf16.Fill(bf16);
        evidence.Fp16.Fill(fp16);
        return evidence;
    }
}
