using System.Text;

namespace Hspi.Cuda.Kernels;

/// <summary>PTX text that runs one <c>wgmma</c> per block of 128 threads over tiles in global memory.</summary>
/// <remarks>
/// Every instruction here has rows of 32 bytes, so in shared memory a tile is a grid of core matrices of 8 rows × 16 bytes,
/// stored one after the other without swizzle (PTX ISA 9.7.15.5):
/// <code>
///   A: rows 0-7:  [bytes 0-15: 128 bytes][bytes 16-31: 128 bytes]      leading offset 128 (next 16 bytes of k)
///      rows 8-15: [ ... ][ ... ]                                       stride offset 256 (next 8 rows)
///   B: columns 0-7, in the same form, from byte 2048 on
/// </code>
/// The descriptor holds address, leading and stride offset in units of 16 bytes at bits 0, 16 and 32; bits 62-63 = 0: no swizzle.
/// Warp w owns rows 16w to 16w + 15; inside a warp the accumulators lie as in <see cref="MmaSyncKernel"/>.
/// </remarks>
internal static class WgmmaKernel
{
    private const int Threads = 128;

    // Leading offset 128 / 16 = 8 at bit 16, stride offset 256 / 16 = 16 at bit 32.
    private const string DescriptorOffsets = "0x0000001000080000";

    /// <summary>Threads of one block, which computes one tile.</summary>
    public static int ThreadsPerTile => Threads;

    /// <summary>The kernel's text; its entry is <see cref="MatrixInstruction.Name"/> with parameters a, b, c, d, tiles.</summary>
    public static string Text(MatrixInstruction instruction)
    {
        var half = instruction.OutputType == "f16";
        var registers = half ? 2 : 4;
        var type = half ? "b32" : "f32";
        // Only 16-bit operands may be transposed, so only their form has the two last immediates.
        var immediates = instruction.AType is "f16" or "bf16" ? "1, 1, 0, 0" : "1, 1";

        var text = new StringBuilder();
        text.AppendLine(PtxText.Header(instruction.PtxVersion, instruction.Target));
        text.AppendLine(PtxText.Entry(instruction.Name));
        text.AppendLine(
            $"""
              .reg .{type} %d<{registers}>;
              .reg .pred %yes, %forb;
              .reg .u32 %row, %part, %shared, %warp;
              .reg .u64 %da, %db;
              .reg .b32 %v<4>;
              .shared .align 128 .b8 operands[2304];
              mov.u32 %thread, %tid.x;
              mov.u32 %tile, %ctaid.x;
              ld.param.u32 %n, [tiles];
              setp.ge.u32 %outside, %tile, %n;
              @%outside bra done;
              mov.u32 %shared, operands;
              shr.u32 %row, %thread, 1;
              and.b32 %part, %thread, 1;
            """);
        AppendCopy(text, "a", instruction.M * instruction.RowBytes, sharedBase: 0, predicate: "");
        text.AppendLine("  setp.lt.u32 %forb, %thread, 16;");
        AppendCopy(text, "b", MatrixInstruction.N * instruction.RowBytes, sharedBase: 2048, predicate: "@%forb ");
        text.AppendLine(
            """
              fence.proxy.async.shared::cta;
              bar.sync 0;
              shr.u32 %warp, %thread, 5;
              and.b32 %lane, %thread, 31;
              shr.u32 %g, %lane, 2;
              mad.lo.u32 %g, %warp, 16, %g;
              and.b32 %t, %lane, 3;
              shr.u32 %offset, %shared, 4;
              cvt.u64.u32 %da, %offset;
            """);
        text.AppendLine($"  or.b64 %da, %da, {DescriptorOffsets};");
        text.AppendLine("  add.u64 %db, %da, 128; // 2048 bytes further, in units of 16");
        PtxText.AppendAccumulators(text, instruction, "c", "ld.global", type, "%d", registers);
        text.AppendLine("  setp.eq.u32 %yes, 0, 0;");
        text.AppendLine("  wgmma.fence.sync.aligned;");
        text.AppendLine($"  {instruction.Mnemonic} {PtxText.List("%d", registers)}, %da, %db, %yes, {immediates};");
        text.AppendLine("  wgmma.commit_group.sync.aligned;");
        text.AppendLine("  wgmma.wait_group.sync.aligned 0;");
        PtxText.AppendAccumulators(text, instruction, "d", "st.global", type, "%d", registers);
        text.AppendLine("done:");
        text.AppendLine("  ret;");
        text.AppendLine("}");
        return text.ToString();
    }

    // Thread i copies the 16 bytes of half i mod 2 of row i / 2 into their core matrix.
    private static void AppendCopy(StringBuilder text, string parameter, int tileBytes, int sharedBase, string predicate)
    {
        text.AppendLine(
            $$"""
              ld.param.u64 %pa, [{{parameter}}];
              mul.wide.u32 %wide, %tile, {{tileBytes}};
              add.u64 %pa, %pa, %wide;
              mul.wide.u32 %wide, %thread, 16;
              add.u64 %pa, %pa, %wide;
              {{predicate}}ld.global.v4.b32 {%v0,%v1,%v2,%v3}, [%pa];
              shr.u32 %offset, %row, 3;
              mul.lo.u32 %offset, %offset, 256;
              mad.lo.u32 %offset, %part, 128, %offset;
              and.b32 %lane, %row, 7;
              mad.lo.u32 %offset, %lane, 16, %offset;
              add.u32 %offset, %offset, %shared;
              {{predicate}}st.shared.v4.b32 [%offset+{{sharedBase}}], {%v0,%v1,%v2,%v3};
            """);
    }
}
