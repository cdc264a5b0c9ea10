using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Reductions;

public sealed class ReducedMatrixTests
{
    [Theory]
    [InlineData("hopper_bf16_fp32")]
    [InlineData("ampere_fp16_fp32")]
    [InlineData("hopper_e4m3_fp32")]
    [InlineData("ada_fp16_fp16")]
    [InlineData("cdna3_bf16_fp32")]
    [InlineData("cdna2_fp16_fp32")]
    [InlineData("ampere_fp64_fp64")]
    public void Whole_products_have_the_bits_of_the_plain_definition(string name)
    {
        const int rows = 5, columns = 21;
        var unit = KnownUnits.Find(name)!.Unit;
        var chance = new Random(31);
        string[] reductions = ["chain", "promoted=128", "residue=64", "sliced=2/32", "splitk=3", "splitk=2:serial-bf16", "splitk=2:partials-fp16",
            "tp=3:bf16:ring", "tp=4:bf16:tree", "tp=2 > splitk=2 > promoted=128", "lanes=8:halves"];
        foreach (var text in reductions)
        {
            foreach (var terms in (int[])[7, 200, 329])
            {
                float[] a = [.. Enumerable.Range(0, rows * terms).Select(_ => unit.A.Quantize((float)(chance.NextDouble() * 4) - 2))];
                float[] b = [.. Enumerable.Range(0, terms * columns).Select(_ => unit.B.Quantize((float)(chance.NextDouble() * 4) - 2))];
                var reduction = ReductionText.Parse(text);
                var d = new float[rows * columns];

                using var matrix = new ReducedMatrix(unit, reduction, terms, columns, b);
                matrix.Multiply(rows, a, d);

                Assert.Equal(Plain(unit, reduction, rows, columns, terms, a, b), d);
            }
        }
    }

    private static float[] Plain(MatrixUnit unit, Reduction reduction, int rows, int columns, int terms, float[] a, float[] b)
    {
        var d = new float[rows * columns];
        var share = (d.Length + reduction.Chunks - 1) / reduction.Chunks;
        for (var i = 0; i < d.Length; i++)
        {
            var schedule = reduction.Schedule(new TermRange(0, terms), i / share);
            d[i] = (float)ReducedSum.Of(
                unit,
                schedule,
                [.. Enumerable.Range(0, terms).Select(k => unit.A.FromSingle(a[(i / columns * terms) + k]))],
                [.. Enumerable.Range(0, terms).Select(k => unit.B.FromSingle(b[(k * columns) + (i % columns)]))]).ToDouble();
        }

        return d;
    }
}
