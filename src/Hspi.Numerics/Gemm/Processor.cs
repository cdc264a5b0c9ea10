using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm;

/// <summary>The widest vector registers that the kernels use. Every width gives the same bits.</summary>
internal enum VectorWidth
{
    /// <summary>What .NET offers on every processor.</summary>
    Bits128,

    /// <summary>AVX2.</summary>
    Bits256,

    /// <summary>AVX-512 with its operations on bytes and on 64-bit numbers (BW and DQ).</summary>
    Bits512,
}

/// <summary>What this processor offers. Only <see cref="Truncated.Lanes512"/> asks it a second time, for byte moves. The just-in-time compiler knows the answers, so a branch on one costs nothing.</summary>
internal static class Processor
{
    public static VectorWidth Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512BW.IsSupported && Avx512DQ.IsSupported ? VectorWidth.Bits512
            : HasAvx2 ? VectorWidth.Bits256
            : VectorWidth.Bits128;
    }

    /// <summary>Whether bytes of a 512-bit register can be moved freely (AVX-512 VBMI).</summary>
    public static bool HasByteMoves => Avx512Vbmi.IsSupported;

    public static bool HasAvx2 => Avx2.IsSupported;

    public static bool HasAvx => Avx.IsSupported;

    /// <summary>Whether a program can ask for memory ahead of its use.</summary>
    public static bool HasPrefetch => Sse.IsSupported;
}
