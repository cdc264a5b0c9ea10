using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hspi.Numerics.Gemm.Truncated;

namespace Hspi.Numerics.Gemm.Packing;

/// <summary>Where the exponent codes of a line's 64 columns lie.</summary>
/// <remarks>
/// In the order of the columns; or interleaved, so that each group of eight bytes holds the codes of two neighbouring lanes of all four registers. Then one
/// instruction of AVX-512 (multishift) makes sixteen exponent fields of sixteen bytes:
/// <code>
/// byte 8q + 2v + h   is column   16v + 2q + h        v: register, 2q + h: lane
/// </code>
/// </remarks>
internal static unsafe class CodeOrder
{
    private static readonly Vector512<byte> Columns = Vector512.Create(
        [.. Enumerable.Range(0, PackedColumns.PanelColumns).Select(static at => (byte)Column(at))]);

    /// <summary>Whether the kernel of this shape reads interleaved codes on this processor. CDNA3's end of a block reads them in order.</summary>
    public static bool IsInterleaved(in TruncatedShape shape) =>
        Processor.HasByteMoves && Processor.Width == VectorWidth.Bits512 && !shape.RoundsDown;

    /// <summary>The place of a column's code in an interleaved line.</summary>
    public static int Place(int column) => (column % 16 / 2 * 8) + (column / 16 * 2) + (column % 2);

    /// <summary>Interleaves a line that is in the order of the columns.</summary>
    public static void Interleave(byte* line) => Avx512Vbmi.PermuteVar64x8(Vector512.Load(line), Columns).Store(line);

    private static int Column(int place) => (place % 8 / 2 * 16) + (place / 8 * 2) + (place % 2);
}
