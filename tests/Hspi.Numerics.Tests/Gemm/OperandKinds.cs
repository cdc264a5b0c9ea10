using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>Kinds of operands that have broken kernels, each seeded.</summary>
internal enum OperandKind
{
    /// <summary>N(0,1).</summary>
    Normal,

    /// <summary>Every finite bit pattern alike, subnormals included.</summary>
    AllPatterns,

    /// <summary>Two of three are zeros of either sign.</summary>
    Zeros,

    /// <summary>Largest significands of one exponent: sums that reach the last carry bit.</summary>
    Edges,

    /// <summary>Such largest significands, all of one sign.</summary>
    PositiveEdges,

    /// <summary>Around the smallest normal number.</summary>
    Tiny,

    /// <summary>Large terms that cancel, so that small ones decide.</summary>
    Cancelling,

    /// <summary>N(0,1) with one value in 200 near the largest number.</summary>
    Huge,

    /// <summary>Exponents all over what a network could have.</summary>
    WideSpread,

    /// <summary>Like a softmax: positive, from 1 down to nearly nothing.</summary>
    Softmax,

    /// <summary>N(0,1) with one value in 300 infinite or not a number, where the format has them.</summary>
    Specials,
}

/// <summary>Kinds of block scales.</summary>
internal enum ScaleKind
{
    /// <summary>Within a few binades of 1.</summary>
    Near,

    /// <summary>Further apart than FP32 has bits.</summary>
    Apart,

    /// <summary>Every number of the format alike: huge, tiny, subnormal, zero where there is one.</summary>
    AllPatterns,

    /// <summary>Near 1, but one in 20 is not a number.</summary>
    NotNumbers,
}

/// <summary>Makes operands of a kind in a format.</summary>
internal sealed class Operands(ulong seed)
{
    private ulong _state = seed;

    public float[] Next(int count, OperandKind kind, NumberFormat format)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = Value(i, kind, format);
        }
        return values;
    }

    public float[] Scales(int count, ScaleKind kind, NumberFormat format)
    {
        var scales = new float[count];
        for (int i = 0; i < count; i++)
        {
            // The last pattern of both formats is their NaN.
            int patterns = (1 << (format.ExponentBits + format.FractionBits)) - 1;
            int one = format.Bias << format.FractionBits;
            int pattern = kind switch
            {
                ScaleKind.AllPatterns => Next(patterns),
                ScaleKind.NotNumbers when Next(20) == 0 => patterns,
                ScaleKind.Apart => one + Spread(16 << format.FractionBits),
                _ => one + Spread(3 << format.FractionBits),
            };
            scales[i] = (float)format.Decode((ulong)Math.Clamp(pattern, 0, patterns)).ToDouble();
        }
        return scales;

        int Spread(int most) => Next((2 * most) + 1) - most;
    }

    public int Next(int bound) => (int)Math.BigMul(Bits(), (ulong)bound, out _);

    private float Value(int index, OperandKind kind, NumberFormat format)
    {
        int lowest = format.SmallestExponent, highest = format.LargestExponent;
        return kind switch
        {
            OperandKind.Normal => Quantize(Normal(), format),
            OperandKind.AllPatterns => Scaled(lowest - format.FractionBits + Next(highest - lowest + format.FractionBits + 1), format),
            OperandKind.Zeros => Next(3) == 0 ? Quantize(Normal(), format) : Next(2) == 0 ? 0f : -0f,
            OperandKind.Edges => (Next(2) == 0 ? 1 : -1) * Edge(format),
            OperandKind.PositiveEdges => Edge(format),
            OperandKind.Tiny => Scaled(lowest - 3 + Next(9), format),
            OperandKind.Cancelling => Quantize((index % 2 == 0 ? 1 : -1) * (index % 4 < 2 ? 8 : 1.0 / 64) * (1 + (Next(4) / 64.0)), format),
            OperandKind.Huge => Next(200) == 0 ? Scaled(highest - 1, format) : Quantize(Normal(), format),
            OperandKind.WideSpread => Scaled(Math.Max(lowest, -40) + Next(Math.Min(highest, 10) - Math.Max(lowest, -40)), format),
            OperandKind.Softmax => Quantize(Math.ScaleB(1 + Uniform(), -(int)(Uniform() * Uniform() * 40)), format),
            OperandKind.Specials => Next(300) == 0 && format.Specials == Specials.Ieee ? Special() : Quantize(Normal(), format),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind."),
        };
    }

    private static float Quantize(double value, NumberFormat format) => format.Quantize((float)value, saturate: true);

    private static float Edge(NumberFormat format) => format.Quantize((float)(2 - Math.ScaleB(1, -format.FractionBits)), saturate: true);

    private float Scaled(int exponent, NumberFormat format) =>
        Quantize((Next(2) == 0 ? 1 : -1) * Math.ScaleB(1 + Uniform(), exponent), format);

    private float Special() => Next(3) switch { 0 => float.PositiveInfinity, 1 => float.NegativeInfinity, _ => float.NaN };

    private double Normal()
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
        {
            sum += Uniform();
        }
        return sum;
    }

    private double Uniform() => (Bits() >> 11) * Math.ScaleB(1, -53);

    // SplitMix64.
    private ulong Bits()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
