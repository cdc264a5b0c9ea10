namespace Hspi.Numerics.Gemm;

/// <summary>Which operand codes a kernel is compiled for; see <see cref="OperandCodes"/>.</summary>
internal interface ITruncatedInput
{
    static abstract bool IsWide { get; }
}

internal readonly struct NarrowInput : ITruncatedInput
{
    public static bool IsWide => false;
}

internal readonly struct WideInput : ITruncatedInput
{
    public static bool IsWide => true;
}

/// <summary>Which rounding a kernel is compiled for.</summary>
internal interface ITruncatedOutput
{
    static abstract BlockRounding Rounding { get; }
}

internal readonly struct Fp32Output : ITruncatedOutput
{
    public static BlockRounding Rounding => BlockRounding.Fp32TowardZero;
}

internal readonly struct E8M13Output : ITruncatedOutput
{
    public static BlockRounding Rounding => BlockRounding.E8M13TowardZero;
}

internal readonly struct Fp16Output : ITruncatedOutput
{
    public static BlockRounding Rounding => BlockRounding.Fp16ToNearest;
}
