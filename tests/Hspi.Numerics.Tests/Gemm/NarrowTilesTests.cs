using Hspi.Numerics.Gemm;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Truncated;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>Weights at rest in 16 bits are the weights that the kernel would have been given in 40.</summary>
public sealed unsafe class NarrowTilesTests
{
    // Neither whole panels nor whole chunks; the columns of the last panel fill no register.
    private const int Terms = 264;
    private const int Columns = 147;

    public static TheoryData<string> Units => [.. KnownUnits.All
        .Where(row => TruncatedShape.Of(row.Unit) is { } shape && NarrowTiles.Hold(shape))
        .DistinctBy(row => row.Unit.Definition + row.Unit.B.Name).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Units))]
    public void Widened_tiles_and_copied_columns_are_those_that_were_never_narrow(string name)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;
        TruncatedShape shape = TruncatedShape.Of(unit)!.Value;
        var operands = new Operands(23);
        using var widened = new PackedTiles(1);
        foreach (OperandKind kind in Enum.GetValues<OperandKind>())
        {
            float[] b = operands.Next(Terms * Columns, kind, unit.B);
            using PackedColumns expected = PackedColumns.Pack(shape, b, Terms, Columns), narrow = PackedColumns.Pack(shape, b, Terms, Columns, narrow: true);

            Assert.True(narrow.IsNarrow);
            Assert.Equal(expected.States, narrow.States);
            for (int panel = 0; panel < expected.Panels; panel++)
            {
                for (int chunk = 0; chunk < expected.Chunks; chunk++)
                {
                    // 8 terms in the last chunk: the kernel reads 32.
                    int read = (chunk < Terms / PackedRows.ChunkTerms ? PackedRows.ChunkTerms : PackedRows.MostStepTerms) * PackedTiles.Columns;
                    expected.Tile(panel, chunk, null, out float* values, out byte* exponents);
                    narrow.Tile(panel, chunk, widened, out float* got, out byte* gotExponents);

                    Assert.True(new Span<int>(values, read).SequenceEqual(new Span<int>(got, read)), $"{name}, {kind}: operands of tile {panel}, {chunk}");
                    Assert.True(new Span<byte>(exponents, read).SequenceEqual(new Span<byte>(gotExponents, read)), $"{name}, {kind}: codes of tile {panel}, {chunk}");
                }
            }
            float[] column = new float[Terms], gotColumn = new float[Terms];
            for (int at = 0; at < Columns; at++)
            {
                expected.CopyColumn(at, column, []);
                narrow.CopyColumn(at, gotColumn, []);
                Assert.Equal(column.Select(BitConverter.SingleToInt32Bits), gotColumn.Select(BitConverter.SingleToInt32Bits));
            }
        }
    }

    [Theory]
    [InlineData("hopper_fp16_fp32")]
    [InlineData("ampere_bf16_fp32")]
    [InlineData("hopper_e4m3_fp32")]
    [InlineData("hopper_e5m2_fp32_mmasync")]
    [InlineData("cdna3_bf16_fp32")]
    [InlineData("cdna3_fp8_fp32")]
    [InlineData("cdna1_fp16_fp32")]
    [InlineData("cdna1_bf16_fp32")]
    [InlineData("cdna2_fp16_fp32")]
    [InlineData("cdna2_bf16_fp32")]
    public void Products_are_the_same_for_any_number_of_rows_and_threads(string name)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;
        var operands = new Operands(29);
        foreach (OperandKind kind in Enum.GetValues<OperandKind>())
        {
            float[] b = operands.Next(Terms * Columns, kind, unit.B);
            using PackedMatrix wide = PackedMatrix.Pack(unit, Terms, Columns, b, null, narrow: false), narrow = PackedMatrix.Pack(unit, Terms, Columns, b, null, narrow: true);
            foreach ((int rows, int threads) in new[] { (1, 1), (1, 2), (7, 1), (70, 1), (70, 2) })
            {
                float[] a = operands.Next(rows * Terms, kind, unit.A), expected = new float[rows * Columns], got = new float[rows * Columns];

                MatrixProduct.Multiply(rows, a, wide, [], expected, threads);
                MatrixProduct.Multiply(rows, a, narrow, [], got, threads);

                Assert.True(expected.Select(BitConverter.SingleToInt32Bits).SequenceEqual(got.Select(BitConverter.SingleToInt32Bits)), $"{name}, {kind}, {rows} rows");
            }
        }
    }
}
