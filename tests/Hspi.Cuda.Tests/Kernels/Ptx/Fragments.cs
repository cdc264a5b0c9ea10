using Hspi.Cuda.Kernels;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Tests.Kernels.Ptx;

/// <summary>Which element of a matrix a lane's register holds, element by element as the manual writes it down, one case per shape.</summary>
/// <remarks>
/// Source: PTX ISA 8.7, "Matrix Fragments for mma.m16n8k4, .m16n8k8, .m16n8k16, .m16n8k32, .m8n8k4 with .f64" and "Register Fragments
/// for wgmma". Written apart from the kernels, which see every type as bytes under one formula: here is what that formula has to equal.
/// </remarks>
internal static class Fragments
{
    /// <summary>Row and k of element <paramref name="i"/> of a lane's A.</summary>
    public static (int Row, int K) A(MatrixInstruction instruction, int lane, int i)
    {
        var (group, thread) = (lane >> 2, lane % 4);
        return (instruction.K, instruction.AType) switch
        {
            (16, "f16" or "bf16") => (group + (i is 0 or 1 or 4 or 5 ? 0 : 8), (thread * 2) + (i & 1) + (i < 4 ? 0 : 8)),
            (8, "f16" or "bf16") => (group + (i < 2 ? 0 : 8), (thread * 2) + (i & 1)),
            (8, "tf32") => (group + (i is 0 or 2 ? 0 : 8), thread + (i < 2 ? 0 : 4)),
            (4, "tf32") => (group + (i == 0 ? 0 : 8), thread),
            (32, "e4m3" or "e5m2") => (group + (i < 4 || i is >= 8 and < 12 ? 0 : 8), (thread * 4) + (i & 3) + (i < 8 ? 0 : 16)),
            (4, "f64") => (group, thread),
            _ => throw new ArgumentOutOfRangeException(nameof(instruction), instruction, "No fragment is written down."),
        };
    }

    /// <summary>k and column of element <paramref name="i"/> of a lane's B.</summary>
    public static (int K, int Column) B(MatrixInstruction instruction, int lane, int i)
    {
        var (group, thread) = (lane >> 2, lane % 4);
        return (instruction.K, instruction.BType) switch
        {
            (16, "f16" or "bf16") => ((thread * 2) + (i & 1) + (i < 2 ? 0 : 8), group),
            (8, "f16" or "bf16") => ((thread * 2) + i, group),
            (8, "tf32") => (thread + (i == 0 ? 0 : 4), group),
            (4, "tf32") => (thread, group),
            (32, "e4m3" or "e5m2") => ((thread * 4) + (i & 3) + (i < 4 ? 0 : 16), group),
            (4, "f64") => (thread, group),
            _ => throw new ArgumentOutOfRangeException(nameof(instruction), instruction, "No fragment is written down."),
        };
    }

    /// <summary>Row and column of element <paramref name="i"/> of a thread's accumulators.</summary>
    public static (int Row, int Column) D(MatrixInstruction instruction, int thread, int i)
    {
        var lane = thread % 32;
        var row = (lane >> 2) + (i < 2 ? 0 : 8);
        return (instruction.Path == InstructionPath.Wgmma ? (16 * (thread / 32)) + row : row, (lane % 4 * 2) + (i & 1));
    }

    /// <summary>Byte of shared memory that holds byte <paramref name="at"/> of a row, by a K-major descriptor without swizzle.</summary>
    /// <remarks>Source: PTX ISA 8.7, "Shared Memory Matrix Layout", "Matrix Descriptor": address, leading and stride offset in 16 bytes at bits 0, 16, 32.</remarks>
    public static int SharedByte(ulong descriptor, int row, int at)
    {
        Assert.Equal(0ul, descriptor >> 62);
        var (start, leading, stride) = ((int)(descriptor & 0x3FFF) * 16, (int)((descriptor >> 16) & 0x3FFF) * 16, (int)((descriptor >> 32) & 0x3FFF) * 16);
        return start + (row / 8 * stride) + (at / 16 * leading) + (row % 8 * 16) + (at % 16);
    }
}
