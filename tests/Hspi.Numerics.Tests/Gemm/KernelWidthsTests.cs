using System.Runtime.Intrinsics;
using Hspi.Numerics.Gemm;
using Hspi.Numerics.Gemm.Packing;
using Hspi.Numerics.Gemm.Truncated;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>Which registers a processor has must not change a bit, nor whether rows are done together or one by one: products use the widest
/// registers there are, so only here do all forms of the kernel meet. Nor must it matter what is expected of CDNA3's addends.</summary>
public sealed unsafe class KernelWidthsTests
{
    private const int Columns = PackedColumns.PanelColumns;
    private const int Terms = PackedRows.ChunkTerms;
    private const int Outputs = PackedRows.GroupRows * Columns;

    private delegate bool Kernel(in TruncatedShape shape, int rows, float* a, uint* aCodes, float* b, byte* bCodes, float* c, int blocks, int columns);

    public static TheoryData<string> Units => [.. KnownUnits.All.Where(row => TruncatedShape.Of(row.Unit) is not null).DistinctBy(row => row.Unit.Definition).Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Units))]
    public void Every_form_of_the_kernel_gives_the_same_bits(string name)
    {
        MatrixUnit unit = KnownUnits.Find(name)!.Unit;
        TruncatedShape shape = TruncatedShape.Of(unit)!.Value;
        var operands = new Operands(19);
        (string Name, Kernel Together, Kernel RowByRow)[] forms = [.. Forms(shape)];
        using var packedRows = new PackedRows(shape, 1, Terms);
        using var given = new AlignedBuffer<float>(Outputs);
        using var expected = new AlignedBuffer<float>(Outputs);
        using var got = new AlignedBuffer<float>(Outputs);
        using var ordered = new AlignedBuffer<byte>(PackedTiles.Operands);
        foreach (OperandKind kind in Enum.GetValues<OperandKind>())
        {
            float[] left = operands.Next(PackedRows.GroupRows * Terms, kind, unit.A);
            for (int row = 0; row < PackedRows.GroupRows; row++)
            {
                packedRows.Fill(row, left.AsSpan(row * Terms, Terms), []);
            }
            using PackedColumns packedColumns = PackedColumns.Pack(shape, operands.Next(Terms * Columns, kind, unit.B), Terms, Columns);
            packedColumns.Tile(0, 0, null, out float* values, out byte* exponents);
            InOrder(shape, exponents, ordered.Pointer);
            float[] addends = operands.Next(Outputs, OperandKind.Normal, unit.D);
            for (int at = 0; at < Outputs; at++)
            {
                given.Pointer[at] = addends[at] * MathF.ScaleB(1, -shape.Offset);
            }
            foreach (int rows in new[] { 1, 2, 3, 4, 8 })
            {
                int columns = rows == 8 ? Columns : 1 + operands.Next(Columns);
                bool taken = Run(forms[0].RowByRow, Lanes128.Count, expected);
                foreach ((string form, Kernel together, Kernel rowByRow) in forms)
                {
                    int lanes = form == "512 bits" ? 16 : 8;
                    foreach (bool near in shape.RoundsDown ? [false, true] : new[] { false })
                    {
                        Check(Run(rowByRow, lanes, got, near), $"{form}, row by row, {near}");
                        if (rows % 4 == 0)
                        {
                            Check(Run(together, lanes, got, near), $"{form}, four rows together, {near}");
                        }
                    }
                }

                bool Run(Kernel kernel, int lanes, AlignedBuffer<float> target, bool near = false)
                {
                    new Span<float>(given.Pointer, Outputs).CopyTo(new Span<float>(target.Pointer, Outputs));
                    byte* codes = lanes == 16 ? exponents : ordered.Pointer;
                    return kernel(
                        shape with { ExpectsNear = near }, rows, packedRows.Values(0, 0), packedRows.Exponents(0, 0), values, codes, target.Pointer, Terms / shape.Terms, columns);
                }

                void Check(bool ok, string form)
                {
                    // What a kernel says of columns that are not wanted depends on how many it does at once.
                    Assert.True(ok == taken || columns < Columns, $"{name}, {kind}, {rows} rows, {form}: {ok} instead of {taken}");
                    for (int at = 0; ok && taken && at < rows * Columns; at++)
                    {
                        Assert.True(
                            at % Columns >= columns || BitConverter.SingleToInt32Bits(expected.Pointer[at]) == BitConverter.SingleToInt32Bits(got.Pointer[at]),
                            $"{name}, {kind}, {rows} rows of {columns}, output {at}, {form}: {got.Pointer[at]:R} instead of {expected.Pointer[at]:R}");
                    }
                }
            }
        }
    }

    private static void InOrder(in TruncatedShape shape, byte* packed, byte* ordered)
    {
        bool interleaved = CodeOrder.IsInterleaved(shape);
        for (int at = 0; at < PackedTiles.Operands; at++)
        {
            ordered[at] = interleaved ? packed[at - (at % Columns) + CodeOrder.Place(at % Columns)] : packed[at];
        }
    }

    private static IEnumerable<(string Name, Kernel Together, Kernel RowByRow)> Forms(TruncatedShape shape)
    {
        (Kernel together, Kernel rowByRow) = Of<Lanes128, Vector128<float>, Vector128<int>, Vector128<byte>>(shape);
        yield return ("128 bits", together, rowByRow);
        if (Processor.HasAvx2)
        {
            (together, rowByRow) = Of<Lanes256, Vector256<float>, Vector256<int>, Vector256<byte>>(shape);
            yield return ("256 bits", together, rowByRow);
        }
        if (Processor.Width == VectorWidth.Bits512)
        {
            (together, rowByRow) = Of<Lanes512, Vector512<float>, Vector512<int>, Vector512<byte>>(shape);
            yield return ("512 bits", together, rowByRow);
        }
    }

    private static (Kernel Together, Kernel RowByRow) Of<TLanes, TFloat, TInt, TByte>(in TruncatedShape shape)
        where TLanes : struct, ILanes<TFloat, TInt, TByte>
        where TFloat : struct
        where TInt : struct
        where TByte : struct =>
        (shape.IsRaised, shape.Output) switch
        {
            (false, BlockRounding.Fp32TowardZero) => Of<TLanes, TFloat, TInt, TByte, PlainCodes, Fp32Output>(),
            (false, BlockRounding.E8M13TowardZero) => Of<TLanes, TFloat, TInt, TByte, PlainCodes, E8M13Output>(),
            (false, BlockRounding.Fp16ToNearest) => Of<TLanes, TFloat, TInt, TByte, PlainCodes, Fp16Output>(),
            (true, BlockRounding.Fp32TowardZero) => Of<TLanes, TFloat, TInt, TByte, RaisedCodes, Fp32Output>(),
            (true, BlockRounding.Fp32RoundedDown) => Of<TLanes, TFloat, TInt, TByte, RaisedCodes, RoundedDownOutput>(),
            _ => (InterleavedKernel<TLanes, TFloat, TInt, TByte>.Rows, InterleavedKernel<TLanes, TFloat, TInt, TByte>.RowByRow),
        };

    private static (Kernel Together, Kernel RowByRow) Of<TLanes, TFloat, TInt, TByte, TCodes, TOutput>()
        where TLanes : struct, ILanes<TFloat, TInt, TByte>
        where TFloat : struct
        where TInt : struct
        where TByte : struct
        where TCodes : struct
        where TOutput : struct =>
        (TruncatedKernel<TLanes, TFloat, TInt, TByte, TCodes, TOutput>.Rows, TruncatedKernel<TLanes, TFloat, TInt, TByte, TCodes, TOutput>.RowByRow);
}
