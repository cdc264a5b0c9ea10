using System.Text;

namespace Hspi.Cuda.Kernels;

/// <summary>PTX text that runs one <c>mma.sync</c> per warp over tiles in global memory.</summary>
/// <remarks>
/// In memory a tile is A [M][row bytes], B [8 columns][row bytes], C and D [M][8], all contiguous. With g = lane / 4 and
/// t = lane mod 4 the manual's fragment layouts (PTX ISA 9.7.14.5) are then the same for every type: register r of A holds the
/// 4 bytes at row g + 8·(r mod 2), byte 4t + 16·(r / 2); register r of B the 4 bytes of column g at byte 4t + 16·r; and the
/// accumulators of a lane are columns 2t and 2t + 1 of rows g and g + 8. FP64 has 8-byte registers and only rows g.
/// </remarks>
internal static class MmaSyncKernel
{
    /// <summary>The kernel's text; its entry is <see cref="MatrixInstruction.Name"/> with parameters a, b, c, d, tiles.</summary>
    public static string Text(MatrixInstruction instruction)
    {
        var wide = instruction.AType == "f64";
        var aRegisters = wide ? 1 : instruction.RowBytes / 16 * 2;
        var bRegisters = wide ? 1 : instruction.RowBytes / 16;
        var cRegisters = wide ? 2 : instruction.OutputType == "f16" ? 2 : 4;
        var aType = wide ? "f64" : "b32";
        var cType = instruction.OutputType switch { "f64" => "f64", "f16" => "b32", _ => "f32" };

        var text = new StringBuilder();
        text.AppendLine(PtxText.Header(instruction.PtxVersion, instruction.Target));
        text.AppendLine(PtxText.Entry(instruction.Name));
        text.AppendLine($"  .reg .{aType} %a<{aRegisters}>;");
        text.AppendLine($"  .reg .{aType} %b<{bRegisters}>;");
        text.AppendLine($"  .reg .{cType} %c<{cRegisters}>;");
        text.AppendLine($"  .reg .{cType} %d<{cRegisters}>;");
        text.AppendLine(PtxText.TileOfWarp);
        text.AppendLine("  and.b32 %lane, %thread, 31;");
        text.AppendLine("  shr.u32 %g, %lane, 2;");
        text.AppendLine("  and.b32 %t, %lane, 3;");

        var unit = wide ? 8 : 4;
        text.AppendLine(PtxText.Address("%pa", "a", instruction.M * instruction.RowBytes, instruction.RowBytes, unit));
        for (var r = 0; r < aRegisters; r++)
        {
            text.AppendLine($"  ld.global.{aType} %a{r}, [%pa+{(r % 2 * 8 * instruction.RowBytes) + (r / 2 * 16)}];");
        }

        text.AppendLine(PtxText.Address("%pb", "b", MatrixInstruction.N * instruction.RowBytes, instruction.RowBytes, unit));
        for (var r = 0; r < bRegisters; r++)
        {
            text.AppendLine($"  ld.global.{aType} %b{r}, [%pb+{r * 16}];");
        }

        PtxText.AppendAccumulators(text, instruction, "c", "ld.global", cType, "%c", cRegisters);
        text.AppendLine($"  {instruction.Mnemonic}");
        text.AppendLine($"    {PtxText.List("%d", cRegisters)}, {PtxText.List("%a", aRegisters)}, {PtxText.List("%b", bRegisters)}, {PtxText.List("%c", cRegisters)};");
        PtxText.AppendAccumulators(text, instruction, "d", "st.global", cType, "%d", cRegisters);
        text.AppendLine("done:");
        text.AppendLine("  ret;");
        text.AppendLine("}");
        return text.ToString();
    }
}
