using Hspi.Numerics.Formats;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Trees;

/// <summary>A matrix unit with a reduction, asked for its order.</summary>
public sealed class UnitSummation : ISummation
{
    private readonly MatrixUnit _unit;
    private readonly Reduction _reduction;
    private readonly float _mask;
    private readonly float _one;

    /// <summary>Chooses numbers of the unit's formats that can act as mask and as one.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="reduction">How its chains are joined.</param>
    /// <exception cref="ArgumentException">The input formats have too little range: no number vanishes beside another (FP4, FP6).</exception>
    public UnitSummation(string name, MatrixUnit unit, Reduction reduction)
    {
        Name = name;
        _unit = unit;
        _reduction = reduction;
        // Powers of two whose squares the output holds: FP16 sums end at 2^15, and a count needs room above 2^-24.
        var narrow = unit.D == KnownFormats.Fp16;
        var highest = Math.Min(narrow ? 7 : 30, Math.Min(unit.A.LargestExponent, unit.B.LargestExponent) - (unit.A.FractionBits > 3 ? 1 : 0));
        var lowest = Math.Max(narrow ? -7 : -14, Math.Max(Lowest(unit.A), Lowest(unit.B)));
        _mask = MathF.ScaleB(1, highest);
        _one = MathF.ScaleB(1, lowest);
        if (2 * (highest - lowest) < (narrow ? 28 : 32))
        {
            throw new ArgumentException(
                $"{unit.A} × {unit.B}: no product is so small that it vanishes beside the largest, so the order cannot be asked for.", nameof(unit));
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Sum(ReadOnlySpan<MaskTerm> terms)
    {
        var a = new Number[terms.Length];
        var b = new Number[terms.Length];
        for (var k = 0; k < terms.Length; k++)
        {
            a[k] = _unit.A.FromSingle(terms[k] == MaskTerm.One ? _one : _mask);
            b[k] = _unit.B.FromSingle(terms[k] switch { MaskTerm.One => _one, MaskTerm.Mask => _mask, _ => -_mask });
        }

        var schedule = _reduction.Schedule(new TermRange(0, terms.Length));
        return ReducedSum.Of(_unit, schedule, a, b).ToDouble() / ((double)_one * _one);
    }

    // Subnormals count: only CDNA2 flushes them, and none of its formats needs them here.
    private static int Lowest(NumberFormat format) => format.SmallestExponent - (format.FractionBits <= 3 ? format.FractionBits : 0);
}
