using Hspi.Numerics.Gemm.Packing;

namespace Hspi.Numerics.Gemm.Truncated;

/// <summary>The steps of the fast kernels for one register width. Every step is exact or rounds in the one way that its name says,
/// so every width gives the same bits; the width decides only how many outputs are made at once.</summary>
/// <remarks>Whole steps and not single operations, although the three implementations then look alike: with single operations a kernel would make five
/// hundred calls, and the just-in-time compiler does not inline so many.</remarks>
internal unsafe interface ILanes<TFloat, TInt, TByte>
    where TFloat : struct
    where TInt : struct
    where TByte : struct
{
    /// <summary>Outputs (32-bit lanes) in one register: 16, 8 or 4.</summary>
    static abstract int Count { get; }

    static abstract TFloat Load(float* source);
    static abstract void Store(float* target, TFloat value);
    static abstract TFloat Broadcast(float* source);
    static abstract TFloat Broadcast(float value);
    static abstract TInt Broadcast(int value);

    /// <summary>The four operations of one term: sum + trunc(b · a · 2^(F − E)), where <paramref name="shift"/> adds F − E to the exponent field of the float.</summary>
    static abstract TInt Accumulate(TInt sum, TFloat b, TFloat a, TInt shift);

    /// <summary>The four operations with one left operand for all lanes, which AVX-512 broadcasts as it multiplies.</summary>
    static abstract TInt Accumulate(TInt sum, TFloat b, float* a, TInt shift);

    /// <summary>What <see cref="Larger"/> needs to find the bytes of the columns from <paramref name="column"/> on in a row.</summary>
    static abstract TByte Select(int column);

    /// <summary>A float whose exponent field is E, the larger of the products' and the addend's; its fraction means nothing.</summary>
    /// <param name="c">The addend.</param>
    /// <param name="exponents">The products' exponent fields of a row of 64, in the order of <see cref="CodeOrder"/>.</param>
    /// <param name="column">The first lane's column.</param>
    /// <param name="select"><see cref="Select"/> of that column.</param>
    static abstract TFloat Larger(TFloat c, byte* exponents, int column, TByte select);

    /// <summary>F − E as an exponent field.</summary>
    /// <param name="largest">From <see cref="Larger"/>.</param>
    /// <param name="bias">F + 127 in the exponent field.</param>
    static abstract TInt Shift(TFloat largest, TInt bias);

    /// <summary>F − E as an exponent field, where a subnormal addend counts with the exponent of <paramref name="smallest"/>.</summary>
    static abstract TInt Shift(TFloat c, TFloat largest, TInt bias, TFloat smallest);

    /// <summary>F − E as an exponent field, where the addend does not take part; <paramref name="exponents"/> are in the order of the columns.</summary>
    static abstract TInt Shift(byte* exponents, TInt bias);

    /// <summary>The addend in the block's units, cut toward zero.</summary>
    static abstract TInt Start(TFloat c, TInt shift);

    /// <summary>2^(E − F), the value of one unit of the sum, where <paramref name="one"/> holds the bits of 1.</summary>
    static abstract TFloat Unit(TInt one, TInt shift);

    /// <summary>The sum with 24 significant bits, toward zero, at its scale.</summary>
    static abstract TFloat RoundFp32(TInt sum, TFloat unit);

    /// <summary>The sum with 14 significant bits, toward zero, at its scale.</summary>
    static abstract TFloat RoundE8M13(TInt sum, TFloat unit);

    /// <summary>The sum rounded to the nearest FP16 number, ties to even. Where that is infinite, or a zero that was no zero,
    /// <paramref name="lost"/> becomes 1.</summary>
    static abstract TFloat RoundFp16(TInt sum, TFloat unit, TFloat toTrueScale, TFloat fromTrueScale, ref TFloat lost);

    /// <summary>See <see cref="RoundedDownEnd"/>.</summary>
    /// <param name="constants">What is the same in every lane.</param>
    /// <param name="sum">S.</param>
    /// <param name="products">Ed as an exponent field.</param>
    /// <param name="c">The addend.</param>
    static abstract TFloat RoundDown(in RoundedDownEnd.Constants<TInt> constants, TInt sum, TInt products, TFloat c);

    /// <summary>The end of a block of two sums, each with an exponent of its own. An addend far below both counts for nothing.</summary>
    static abstract TFloat RoundDownApart(in RoundedDownEnd.Constants<TInt> constants, TInt even, TInt evenProducts, TInt odd, TInt oddProducts, TFloat c);

    /// <summary>Of the lines of <see cref="RoundedDownEnd"/>, floor(c / 2^(Ed − 24)); below −2^30 where it does not fit 32 bits.</summary>
    static abstract TInt Addend(in RoundedDownEnd.Constants<TInt> constants, TInt products, TFloat c);

    /// <summary>Whether all are from −2^30 to below 2^30.</summary>
    static abstract bool AreNear(TInt first, TInt second, TInt third, TInt fourth);

    /// <summary>What <see cref="RoundDown"/> gives for such an addend.</summary>
    static abstract TFloat RoundNear(TInt sum, TInt addend, TInt products);

    /// <summary>The exponent field that <c>Shift</c> was made of.</summary>
    static abstract TInt Products(TInt shift, TInt bias);

    /// <summary>The products' exponent fields; <paramref name="exponents"/> are in the order of the columns.</summary>
    static abstract TInt Products(byte* exponents);

    /// <summary>The wrapped sum of two halves of a block; <paramref name="overflow"/> becomes negative where it left int32.</summary>
    static abstract TInt AddHalves(TInt first, TInt second, ref TInt overflow);

    static abstract TByte LoadBytes(byte* source);
    static abstract void StoreBytes(byte* target, TByte value);
    static abstract TByte Broadcast(byte value);
    static abstract TByte Max(TByte left, TByte right);

    static abstract TByte Subtract(TByte left, TByte right);

    /// <summary>The larger of <paramref name="largest"/> and the code of a product.</summary>
    static abstract TByte LargerCode(TByte largest, uint* a, TByte b);

    /// <summary>Not zero where <paramref name="largest"/> is below <paramref name="limit"/> and above <paramref name="zero"/>.</summary>
    static abstract TByte Tiny(TByte tiny, TByte largest, TByte zero, TByte limit);

    static abstract bool Any(TByte tiny, TInt overflow, TFloat lost);
}
