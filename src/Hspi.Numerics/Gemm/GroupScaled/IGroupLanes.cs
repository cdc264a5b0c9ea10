namespace Hspi.Numerics.Gemm.GroupScaled;

/// <summary>The steps of <see cref="GroupScaledKernel{TLanes, TDouble}"/> for one register width. All are exact or IEEE's, so every width
/// gives the same bits.</summary>
internal unsafe interface IGroupLanes<TDouble>
    where TDouble : struct
{
    /// <summary>Outputs in one register of FP64.</summary>
    static abstract int Count { get; }

    /// <summary>Four times the exact sums of 16 products in 64 columns.</summary>
    /// <param name="a"><see cref="GroupOfRow.Pairs"/>.</param>
    /// <param name="b">The group's pairs and start; see <see cref="GroupScaledPanels"/>.</param>
    /// <param name="sums">64 results.</param>
    static abstract void Sums(uint* a, byte* b, short* sums);

    static abstract TDouble Broadcast(double value);

    /// <summary>FP32 numbers.</summary>
    static abstract TDouble Load(float* source);

    static abstract TDouble Load(short* source);

    static abstract TDouble Multiply(TDouble left, TDouble right);

    /// <summary>*a · b.</summary>
    static abstract TDouble Multiply(double* a, double* b);

    static abstract TDouble Add(TDouble left, TDouble right);

    static abstract TDouble Truncate(TDouble value);

    /// <summary>The larger of <paramref name="largest"/> and, where the operands have a bit in common, *powerA · powerB.</summary>
    static abstract TDouble Larger(TDouble largest, double* powerA, double* powerB, long* presentA, long* presentB);

    /// <summary>The larger of <paramref name="largest"/> and the power of two at or below |c|.</summary>
    static abstract TDouble Larger(TDouble largest, TDouble c);

    /// <summary>2^<paramref name="bits"/> / <paramref name="power"/>.</summary>
    static abstract TDouble Over(int bits, TDouble power);

    /// <summary>Writes the FP32 numbers at or below the magnitudes.</summary>
    static abstract void StoreTowardZero(float* target, TDouble value);

    /// <summary>Not zero where the value is outside FP32's normal numbers, and no zero.</summary>
    static abstract TDouble Outside(TDouble outside, TDouble value);

    static abstract bool Any(TDouble outside);
}
