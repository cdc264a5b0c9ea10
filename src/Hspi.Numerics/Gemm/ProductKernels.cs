using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm.Ieee;
using Hspi.Numerics.Gemm.Truncated;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Gemm;

/// <summary>Which kernel makes the products of a unit.</summary>
public enum ProductKernel
{
    /// <summary>None: the definition itself, output by output.</summary>
    Plain,

    /// <summary>None, and no product: FP64 operands do not fit the floats that carry a matrix.</summary>
    NotCarried,

    /// <summary>Align, cut, add in integers: T-FDPA, ST-FDPA, TR-FDPA.</summary>
    Truncated,

    /// <summary>Align, cut and add even and odd terms apart: GTR-FDPA.</summary>
    Interleaved,

    /// <summary>T-FDPA for each instruction from 0, then an addition: FP8 through <c>mma.sync</c>.</summary>
    Joined,

    /// <summary>GST-FDPA.</summary>
    GroupScaled,

    /// <summary>Chains of IEEE operations, and CDNA2's flushed pairs.</summary>
    Ieee,

    /// <summary>CDNA1's exact sums.</summary>
    Exact,
}

/// <summary>Finds out what <see cref="MatrixProduct"/> will do.</summary>
public static class ProductKernels
{
    /// <summary>The kernel of a unit's products, with block scales where the unit takes them.</summary>
    public static ProductKernel Of(MatrixUnit unit) => Of(unit, isScaled: unit is MatrixUnit.ScaledTruncatedFused, out _);

    /// <summary>The kernel of a unit's products: the only place that chooses one.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="isScaled">Whether the operands have block scales.</param>
    /// <param name="shape">What a kernel that aligns and cuts must know of the unit; null for other kernels.</param>
    internal static ProductKernel Of(MatrixUnit unit, bool isScaled, out TruncatedShape? shape)
    {
        shape = TruncatedShape.Of(unit, isScaled);
        return unit switch
        {
            _ when unit.D == KnownFormats.Fp64 => ProductKernel.NotCarried,
            MatrixUnit.GroupScaledFused => ProductKernel.GroupScaled,
            _ when IeeeShape.Of(unit) is { } ieee => ieee.IsExact ? ProductKernel.Exact : ProductKernel.Ieee,
            _ => shape switch
            {
                null => ProductKernel.Plain,
                { IsJoined: true } => ProductKernel.Joined,
                { Output: BlockRounding.Fp32RoundedDownApart } => ProductKernel.Interleaved,
                _ => ProductKernel.Truncated,
            },
        };
    }
}
