using System.Text.RegularExpressions;

namespace Hspi.Numerics.Units;

/// <summary>Through which instruction a matrix unit is reached; on some chips it decides the arithmetic.</summary>
public enum InstructionPath
{
    /// <summary>NVIDIA <c>mma.sync</c> and WMMA, one warp.</summary>
    MmaSync,

    /// <summary>NVIDIA <c>wgmma</c> (Hopper), one warp group.</summary>
    Wgmma,

    /// <summary>NVIDIA <c>tcgen05.mma</c> (data-centre Blackwell).</summary>
    Tcgen05,

    /// <summary>NVIDIA CUDA cores, no matrix unit.</summary>
    CudaCores,

    /// <summary>AMD <c>v_mfma</c>.</summary>
    Mfma,

    /// <summary>AMD <c>v_mfma…_1k</c>: twice as many BF16 operands.</summary>
    Mfma1k,
}

/// <summary>Reads instruction paths and lengths out of an instruction's name.</summary>
public static class InstructionPaths
{
    /// <summary>The path that is named first in the text, or null if it names none.</summary>
    /// <remarks><c>wgmma.m64nNk16 … / mma.m16n8k16</c> means that both are the same; the first is taken.</remarks>
    public static InstructionPath? Parse(string text)
    {
        var match = Regex.Match(
            text.ToLowerInvariant(),
            "(?<tcgen>tcgen05)|(?<wgmma>wgmma)|(?<one>_1k|mfma1k)|(?<mfma>mfma)|(?<cores>cuda ?cores?)|(?<mma>mma[._]?sync|wmma|(?<![a-z.])mma)");
        if (!match.Success)
        {
            return null;
        }

        // "v_mfma_f32_16x16x16bf16_1k" names the plain path before its suffix.
        return match.Groups["tcgen"].Success ? InstructionPath.Tcgen05
            : match.Groups["wgmma"].Success ? InstructionPath.Wgmma
            : match.Groups["cores"].Success ? InstructionPath.CudaCores
            : match.Groups["mma"].Success ? InstructionPath.MmaSync
            : text.Contains("1k", StringComparison.OrdinalIgnoreCase) ? InstructionPath.Mfma1k
            : InstructionPath.Mfma;
    }

    /// <summary>How many products per output the named instruction adds: the k of <c>m16n8k8</c>, <c>(k32)</c> or <c>16x16x8</c>; null if not said.</summary>
    public static int? Terms(string text)
    {
        var match = Regex.Match(text.ToLowerInvariant(), "(?:n[0-9n]+k|\\(k|[0-9]+x[0-9]+x)(?<k>[0-9]+)");
        return match.Success ? int.Parse(match.Groups["k"].Value) : null;
    }
}
