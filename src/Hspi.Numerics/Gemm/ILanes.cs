namespace Hspi.Numerics.Gemm;

/// <summary>The vector operations of the fast kernels, for one register width. Every method is exact or rounds in the one
/// way its name says, so that every width gives the same bits; the width decides only how many outputs are made at once.</summary>
/// <remarks>The kernels are written once over <typeparamref name="TFloat"/>, <typeparamref name="TInt"/> and
/// <typeparamref name="TByte"/>; the JIT compiles them once per width, and every call here becomes its instruction.</remarks>
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
    static abstract TFloat Zero { get; }

    static abstract TFloat Multiply(TFloat left, TFloat right);
    static abstract TFloat Add(TFloat left, TFloat right);
    static abstract TInt Add(TInt left, TInt right);
    static abstract TInt Subtract(TInt left, TInt right);
    static abstract TInt And(TInt left, TInt right);
    static abstract TInt AsInt(TFloat bits);
    static abstract TFloat AsFloat(TInt bits);

    /// <summary>To int32, toward zero; the value must lie inside.</summary>
    static abstract TInt Truncate(TFloat value);

    /// <summary>To FP32 with 24 significant bits, toward zero.</summary>
    static abstract TFloat RoundTowardZero(TInt value);

    /// <summary>The larger of |<paramref name="value"/>| and <paramref name="positive"/>.</summary>
    static abstract TFloat MaxMagnitude(TFloat value, TFloat positive);

    /// <summary>The next <see cref="Count"/> bytes, each as the exponent field of a power of two.</summary>
    static abstract TFloat LoadExponents(byte* source);

    static abstract TByte LoadBytes(byte* source);
    static abstract void StoreBytes(byte* target, TByte value);
    static abstract TByte BroadcastBytes(uint* source);
    static abstract TByte BroadcastBytes(byte value);
    static abstract TByte AddBytes(TByte left, TByte right);
    static abstract TByte SubtractSaturate(TByte left, TByte right);
    static abstract TByte Max(TByte left, TByte right);
    static abstract TByte Min(TByte left, TByte right);
    static abstract bool AnyNotZero(TByte value);
    static abstract bool AnyNegative(TInt value);
    static abstract bool AnyAbove(TFloat value, TFloat limit);
    static abstract TInt Or(TInt left, TInt right);

    /// <summary>Negative where <paramref name="sum"/>, the wrapped sum of the other two, has left the range of int32.</summary>
    static abstract TInt Overflow(TInt left, TInt right, TInt sum);

    static abstract TInt OneWhereDifferent(TInt left, TInt right);

    /// <summary><paramref name="result"/> where <paramref name="value"/> is not zero, else zero.</summary>
    static abstract TFloat WhereNotZero(TFloat value, TFloat result);

    /// <summary>To the nearest FP16 number, ties to even, subnormals kept; 65536 stands for infinity.</summary>
    static abstract TFloat ToHalf(TFloat value);

    /// <summary>One where FP16 has no finite number for <paramref name="exact"/>, or only zero; zero elsewhere.</summary>
    static abstract TFloat OutsideHalf(TFloat exact, TFloat half);
}
