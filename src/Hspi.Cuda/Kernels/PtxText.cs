using System.Text;

namespace Hspi.Cuda.Kernels;

/// <summary>Pieces that every probe kernel shares: its head, where its tile lies, and its accumulators.</summary>
internal static class PtxText
{
    /// <summary>Leaves the kernel at <c>done</c> when the warp has no tile; one warp per tile.</summary>
    public const string TileOfWarp =
        """
          mov.u32 %thread, %tid.x;
          mov.u32 %tile, %ctaid.x;
          mov.u32 %n, %ntid.x;
          mad.lo.u32 %tile, %tile, %n, %thread;
          shr.u32 %tile, %tile, 5;
          ld.param.u32 %n, [tiles];
          setp.ge.u32 %outside, %tile, %n;
          @%outside bra done;
        """;

    /// <summary>Version, target and address size.</summary>
    /// <param name="version">The first PTX version that knows the instruction: a driver refuses text newer than itself.</param>
    /// <param name="target">The least architecture, such as <c>sm_80</c>.</param>
    public static string Header(string version, string target) => $".version {version}\n.target {target}\n.address_size 64\n";

    /// <summary>Opens an entry with the five parameters, and declares the registers that all kernels use.</summary>
    /// <remarks>No register may be called like a special one (<c>%tid</c>, <c>%laneid</c>, <c>%clock</c> …): assemblers then read <c>%tid.x</c> as a part of it.</remarks>
    public static string Entry(string name) =>
        $$"""
        .visible .entry {{name}}(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d, .param .u32 tiles)
        {
          .reg .pred %outside;
          .reg .u32 %thread, %tile, %n, %lane, %g, %t, %offset;
          .reg .u64 %pa, %pb, %pc, %wide;
        """;

    /// <summary>Sets <paramref name="register"/> to parameter + tile·tileBytes + g·rowBytes + t·unit.</summary>
    public static string Address(string register, string parameter, int tileBytes, int rowBytes, int unit) =>
        $"""
          ld.param.u64 {register}, [{parameter}];
          mul.wide.u32 %wide, %tile, {tileBytes};
          add.u64 {register}, {register}, %wide;
          mul.lo.u32 %offset, %g, {rowBytes};
          mad.lo.u32 %offset, %t, {unit}, %offset;
          cvt.u64.u32 %wide, %offset;
          add.u64 {register}, {register}, %wide;
        """;

    /// <summary>Loads or stores a lane's accumulators: columns 2t and 2t + 1 of rows g and g + 8.</summary>
    public static void AppendAccumulators(
        StringBuilder text, MatrixInstruction instruction, string parameter, string access, string type, string register, int count)
    {
        var row = MatrixInstruction.N * instruction.OutputBytes;
        text.AppendLine(Address("%pc", parameter, instruction.M * row, row, 2 * instruction.OutputBytes));
        for (var r = 0; r < count; r++)
        {
            // Two f16 share a register, so there the registers are the rows; otherwise columns come first.
            var offset = instruction.OutputType == "f16" ? r * 8 * row : (r / 2 * 8 * row) + (r % 2 * instruction.OutputBytes);
            text.AppendLine(access.StartsWith("ld", StringComparison.Ordinal)
                ? $"  {access}.{type} {register}{r}, [%pc+{offset}];"
                : $"  {access}.{type} [%pc+{offset}], {register}{r};");
        }
    }

    /// <summary>A brace list of registers.</summary>
    public static string List(string register, int count) =>
        "{" + string.Join(",", Enumerable.Range(0, count).Select(i => register + i)) + "}";
}
