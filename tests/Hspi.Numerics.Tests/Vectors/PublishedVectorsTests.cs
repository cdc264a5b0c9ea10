using Hspi.Numerics.Vectors;
using Hspi.Tests;

namespace Hspi.Numerics.Tests.Vectors;

/// <summary>Expected bits from outside: outputs of real GPUs, and of two independent models that agree.</summary>
public sealed class PublishedVectorsTests
{
    [Theory]
    [InlineData("vectors/hardware")]
    [InlineData("vectors/units")]
    [InlineData("vectors/probes.jsonl")]
    public void Every_published_case_is_computed_bit_for_bit(string folder)
    {
        var files = VectorCheck.Expand([Repository.Shared(folder)]);

        var wrong = files.Select(VectorCheck.Of).Where(check => check.Mismatches > 0 || check.Cases == 0);

        Assert.Equal([], wrong.Select(check => $"{Path.GetFileName(check.File)}: {check.Mismatches} of {check.Cases}; {check.First}"));
    }
}
