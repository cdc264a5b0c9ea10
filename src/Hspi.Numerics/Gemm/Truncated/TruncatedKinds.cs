using Hspi.Numerics.Gemm.Packing;

namespace Hspi.Numerics.Gemm.Truncated;

// What a kernel is compiled for, as types: the just-in-time compiler makes one kernel of each combination, without the branches of the others.

/// <summary>Operand codes whose sum is the exponent field; see <see cref="OperandCodes"/>.</summary>
internal readonly struct PlainCodes;

/// <summary>Operand codes whose sum lies above it, that of zeros far below.</summary>
internal readonly struct RaisedCodes;

/// <summary><see cref="BlockRounding.Fp32TowardZero"/>.</summary>
internal readonly struct Fp32Output;

/// <summary><see cref="BlockRounding.E8M13TowardZero"/>.</summary>
internal readonly struct E8M13Output;

/// <summary><see cref="BlockRounding.Fp16ToNearest"/>.</summary>
internal readonly struct Fp16Output;

/// <summary><see cref="BlockRounding.Fp32RoundedDown"/>.</summary>
internal readonly struct RoundedDownOutput;

/// <summary><see cref="BlockRounding.Fp32RoundedDownApart"/>.</summary>
internal readonly struct RoundedDownApartOutput;
