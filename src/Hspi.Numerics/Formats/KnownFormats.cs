namespace Hspi.Numerics.Formats;

/// <summary>Every number format that a matrix unit reads or writes, one row each.</summary>
public static class KnownFormats
{
    private const string Ieee754 = "IEEE 754-2019";
    private const string PtxTypes = "PTX ISA, alternate floating-point data formats";
    private const string OcpFp8 = "OCP 8-bit floating point specification 1.0";
    private const string OcpMx = "OCP microscaling formats specification 1.0";
    private const string AmdFnuz = "AMD CDNA3 ISA, FP8 and BF8 (FNUZ)";

    //                                                 name    e   p   bias  specials
    /// <summary>IEEE double.</summary>
    public static NumberFormat Fp64 { get; } = new("fp64", 11, 52, 1023, Specials.Ieee, Ieee754);

    /// <summary>IEEE single.</summary>
    public static NumberFormat Fp32 { get; } = new("fp32", 8, 23, 127, Specials.Ieee, Ieee754);

    /// <summary>Ten fraction bits in an FP32 word whose low 13 bits are ignored; AMD's XF32 too.</summary>
    public static NumberFormat Tf32 { get; } = new("tf32", 8, 10, 127, Specials.Ieee, PtxTypes) { StorageBits = 32, IgnoredBits = 13 };

    /// <summary>What the FP8 path of Ada and Hopper keeps of an FP32 result: the low 10 bits of the word are 0.</summary>
    public static NumberFormat E8M13 { get; } = new("e8m13", 8, 13, 127, Specials.Ieee, "DeepSeek-V3 (14-bit accumulator); Leeds models")
    {
        StorageBits = 32,
        IgnoredBits = 10,
    };

    /// <summary>IEEE half.</summary>
    public static NumberFormat Fp16 { get; } = new("fp16", 5, 10, 15, Specials.Ieee, Ieee754);

    /// <summary>The upper half of an FP32 word.</summary>
    public static NumberFormat Bf16 { get; } = new("bf16", 8, 7, 127, Specials.Ieee, PtxTypes);

    /// <summary>OCP FP8 with NaN and without infinity.</summary>
    public static NumberFormat E4M3 { get; } = new("e4m3", 4, 3, 7, Specials.AllOnesIsNan, OcpFp8);

    /// <summary>OCP FP8, IEEE-like.</summary>
    public static NumberFormat E5M2 { get; } = new("e5m2", 5, 2, 15, Specials.Ieee, OcpFp8);

    /// <summary>AMD's E4M3 FNUZ.</summary>
    public static NumberFormat Fp8 { get; } = new("fp8", 4, 3, 8, Specials.NegativeZeroIsNan, AmdFnuz);

    /// <summary>AMD's E5M2 FNUZ.</summary>
    public static NumberFormat Bf8 { get; } = new("bf8", 5, 2, 16, Specials.NegativeZeroIsNan, AmdFnuz);

    /// <summary>FP6 with range.</summary>
    public static NumberFormat E3M2 { get; } = new("e3m2", 3, 2, 3, Specials.None, OcpMx);

    /// <summary>FP6 with precision.</summary>
    public static NumberFormat E2M3 { get; } = new("e2m3", 2, 3, 1, Specials.None, OcpMx);

    /// <summary>FP4.</summary>
    public static NumberFormat E2M1 { get; } = new("e2m1", 2, 1, 1, Specials.None, OcpMx);

    /// <summary>Block scale 2^(x − 127).</summary>
    public static NumberFormat Ue8M0 { get; } = new("ue8m0", 8, 0, 127, Specials.AllOnesIsNan, OcpMx)
    {
        IsSigned = false,
        HasSubnormals = false,
        StorageBits = 8,
    };

    /// <summary>NVFP4's block scale: E4M3 whose sign bit is ignored.</summary>
    public static NumberFormat Ue4M3 { get; } = new("ue4m3", 4, 3, 7, Specials.AllOnesIsNan, PtxTypes) { IsSigned = false };

    /// <summary>All of them, widest first.</summary>
    public static IReadOnlyList<NumberFormat> All { get; } =
        [Fp64, Fp32, Tf32, E8M13, Fp16, Bf16, E4M3, E5M2, Fp8, Bf8, E3M2, E2M3, E2M1, Ue8M0, Ue4M3];

    /// <summary>The format of that name (<c>xf32</c> is <c>tf32</c>), or null.</summary>
    public static NumberFormat? Find(string name)
    {
        var lower = name.ToLowerInvariant();
        return lower == "xf32" ? Tf32 : All.FirstOrDefault(format => format.Name == lower);
    }
}
