namespace Hspi.Probes;

/// <summary>Reproducible chance: SplitMix64, and from it uniform and N(0,1) numbers, the same on every machine.</summary>
/// <remarks>
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
/// The normal is a sum of twelve uniforms less six: only exact additions of 32-bit fractions, so that
/// no mathematical library of a host can change a probe.
/// </remarks>
public struct SeededNormal(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong NextBits()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 to <paramref name="bound"/> − 1.</summary>
    public int Next(int bound) => (int)Math.BigMul(NextBits(), (ulong)bound, out _);

    /// <summary>A multiple of 2^-53 in [0, 1).</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Approximately N(0,1): mean 0, variance 1, |x| ≤ 6, a multiple of 2^-32.</summary>
    public double NextNormal()
    {
        var sum = 0L;
        for (var i = 0; i < 6; i++)
        {
            var bits = NextBits();
            sum += (uint)bits;
            sum += (uint)(bits >> 32);
        }

        return (sum - (6L << 32)) * (1.0 / (1L << 32));
    }
}
