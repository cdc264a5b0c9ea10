using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

/// <summary>Every matrix unit that can be computed, found by name or by what it multiplies.</summary>
public static class KnownUnits
{
    /// <summary>All rows, by generation.</summary>
    public static IReadOnlyList<KnownUnit> All { get; } = [.. UnitTable.Rows()];

    /// <summary>The row of that name (<c>hopper_bf16_fp32</c>), case ignored, or null.</summary>
    public static KnownUnit? Find(string name) =>
        All.FirstOrDefault(row => string.Equals(row.Name, name.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>The row for a generation, formats and path, or null if that generation has none.</summary>
    /// <param name="architecture">The generation.</param>
    /// <param name="a">Left format.</param>
    /// <param name="b">Right format.</param>
    /// <param name="d">Format of addend and result.</param>
    /// <param name="path">The instruction; null takes the first row, which is what libraries and probes mean.</param>
    /// <param name="scaling">Block scales; <see cref="BlockScaling.None"/> for plain products.</param>
    public static KnownUnit? Find(
        Architecture architecture,
        NumberFormat a,
        NumberFormat b,
        NumberFormat d,
        InstructionPath? path = null,
        BlockScaling scaling = BlockScaling.None)
    {
        var fitting = All.Where(row => row.Architecture == architecture && row.Unit.A == a && row.Unit.B == b && row.Unit.D == d
            && ScalingOf(row.Unit) == scaling);
        return path is null
            ? fitting.OrderBy(row => row.Unit is MatrixUnit.EmulatedMmaSync).FirstOrDefault()
            : fitting.FirstOrDefault(row => row.Paths.Contains(path.Value));
    }

    /// <summary>Which block scales a unit takes.</summary>
    public static BlockScaling ScalingOf(MatrixUnit unit) => unit switch
    {
        MatrixUnit.ScaledTruncatedFused => BlockScaling.Mx,
        MatrixUnit.GroupScaledFused group => group.Scale == KnownFormats.Ue4M3 ? BlockScaling.NvFp4 : BlockScaling.MxFp4,
        _ => BlockScaling.None,
    };
}

/// <summary>Kinds of block scales.</summary>
public enum BlockScaling
{
    /// <summary>No scales.</summary>
    None,

    /// <summary><c>mxf8f6f4</c>: UE8M0 per 32, aligned product by product.</summary>
    Mx,

    /// <summary><c>mxf4nvf4</c> with UE8M0 per 32 or 16, aligned group by group.</summary>
    MxFp4,

    /// <summary><c>mxf4nvf4</c> with UE4M3 per 16.</summary>
    NvFp4,
}
