using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hspi.Numerics.Gemm.Packing;

/// <summary>Right operands in 16 bits, and as floats again. Finite numbers only.</summary>
internal static unsafe class NarrowWords
{
    // How many words ahead memory is asked for. A processor fetches ahead by itself, but only up to the end of a page.
    private const int Ahead = 4096;

    /// <summary>Writes 32 numbers, times <paramref name="scale"/>, which has the form's own in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TForm>(ushort* words, float scale, float* values)
        where TForm : struct, INarrowForm
    {
        if (Processor.HasPrefetch)
        {
            Sse.Prefetch0(words + Ahead);
        }
        if (TForm.HasSmall(Vector256.Load((short*)words), Vector256.Load((short*)words + 16)))
        {
            TForm.Numbers(Integers(words), scale).Store(values);
            TForm.Numbers(Integers(words + 8), scale).Store(values + 8);
            TForm.Numbers(Integers(words + 16), scale).Store(values + 16);
            TForm.Numbers(Integers(words + 24), scale).Store(values + 24);
            return;
        }
        Normal<TForm>(Integers(words), scale).Store(values);
        Normal<TForm>(Integers(words + 8), scale).Store(values + 8);
        Normal<TForm>(Integers(words + 16), scale).Store(values + 16);
        Normal<TForm>(Integers(words + 24), scale).Store(values + 24);
    }

    /// <summary>Writes the words of so many numbers, which are <paramref name="scale"/> times too small.</summary>
    public static void Narrow<TForm>(float* values, float scale, ushort* words, int count)
        where TForm : struct, INarrowForm
    {
        for (int at = 0; at < count; at++)
        {
            words[at] = TForm.Word(values[at] * scale);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Normal<TForm>(Vector256<int> words, float scale)
        where TForm : struct, INarrowForm => TForm.Bits(words).AsSingle() * scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Integers(ushort* words) => Processor.HasAvx2
        ? Avx2.ConvertToVector256Int32((short*)words)
        : Vector256.Create(Vector128.WidenLower(Vector128.Load((short*)words)), Vector128.WidenUpper(Vector128.Load((short*)words)));
}

/// <summary>A number format in 16 bits.</summary>
internal interface INarrowForm
{
    /// <summary>What the number that <see cref="Bits"/> makes lacks.</summary>
    static abstract float Scale { get; }

    /// <summary>A word, its sign extended, as the bits of a float; not of a subnormal number.</summary>
    static abstract Vector256<int> Bits(Vector256<int> words);

    /// <summary>Whether there may be subnormal numbers among them. A zero counts as one: to tell it apart would take longer.</summary>
    static abstract bool HasSmall(Vector256<short> first, Vector256<short> second);

    /// <summary>Any numbers from words whose signs are extended, times <paramref name="scale"/>, which has <see cref="Scale"/> in it.</summary>
    static abstract Vector256<float> Numbers(Vector256<int> words, float scale);

    /// <summary>The exponent field of a float that holds the number; below the format's normal numbers any field below theirs.</summary>
    static abstract Vector256<short> Field(Vector256<short> words);

    /// <summary>The word of a number of the format.</summary>
    static abstract ushort Word(float value);
}

/// <summary>FP16. Its bits, moved up by 13, are those of a float that is 2^112 times too small.</summary>
/// <remarks>Subnormal numbers are made in another way. Moved up, they would be subnormal floats, which is exact too, but a multiplication of one takes 160
/// cycles on Intel's Emerald Rapids, and of weights near 0.04 one in 700 is subnormal.</remarks>
internal readonly struct HalfForm : INarrowForm
{
    /// <summary>Fraction bits.</summary>
    public const int FractionBits = 10;

    private const int Bias = 127 - 15;

    public static float Scale => MathF.ScaleB(1, Bias);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Bits(Vector256<int> words) => (words << 13) & Vector256.Create(unchecked((int)0x8FFFE000));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasSmall(Vector256<short> first, Vector256<short> second)
    {
        Vector256<short> field = Vector256.Create((short)0x7C00);
        return Vector256.EqualsAny(Vector256.Min(first & field, second & field), Vector256<short>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Numbers(Vector256<int> words, float scale)
    {
        Vector256<int> fraction = words & Vector256.Create((1 << FractionBits) - 1);
        Vector256<int> small = Vector256.Equals(words & Vector256.Create(0x7C00), Vector256<int>.Zero);
        // Two steps, because 2^-136 would be a subnormal number itself.
        Vector256<float> units = Vector256.ConvertToSingle(fraction) * (scale * MathF.ScaleB(1, -Bias) * MathF.ScaleB(1, -14 - FractionBits));
        Vector256<int> subnormal = units.AsInt32() | (words & Vector256.Create(int.MinValue));
        return Vector256.ConditionalSelect(small, subnormal, (Vector256.AndNot(Bits(words), small).AsSingle() * scale).AsInt32()).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Field(Vector256<short> words) => ((words >>> 10) & Vector256.Create((short)31)) + Vector256.Create((short)Bias);

    public static ushort Word(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value * MathF.ScaleB(1, -Bias));
        return (ushort)(((bits >>> 16) & 0x8000) | ((bits >>> 13) & 0x7FFF));
    }
}

/// <summary>BF16, and what has fewer bits: the upper half of a float.</summary>
internal readonly struct BrainForm : INarrowForm
{
    /// <summary>Fraction bits.</summary>
    public const int FractionBits = 7;

    public static float Scale => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Bits(Vector256<int> words) => words << 16;

    // A subnormal number of BF16 is one of FP32 too, and needs no other way.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasSmall(Vector256<short> first, Vector256<short> second) => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Numbers(Vector256<int> words, float scale) => Bits(words).AsSingle() * scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Field(Vector256<short> words) => (words >>> 7) & Vector256.Create((short)255);

    public static ushort Word(float value) => (ushort)(BitConverter.SingleToInt32Bits(value) >>> 16);
}
