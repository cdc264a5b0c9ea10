using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hspi.Networks.Interpreter;

/// <summary>The number format that values between operators are rounded to. They are always carried in fp32, which holds all of these.</summary>
public enum ElementFormat
{
    /// <summary>Single precision: nothing is rounded.</summary>
    Float32,

    /// <summary>Half precision.</summary>
    Float16,

    /// <summary>bfloat16.</summary>
    BFloat16,
}

/// <summary>Rounding of whole arrays to a format, to nearest even.</summary>
public static class ElementRounding
{
    /// <summary>Rounds each of <paramref name="values"/> in place; what is too large becomes infinite, NaN stays NaN.</summary>
    public static void Round(this ElementFormat format, Span<float> values)
    {
        switch (format)
        {
            case ElementFormat.Float32:
                return;
            case ElementFormat.Float16:
                Apply<HalfRounding>(values);
                return;
            case ElementFormat.BFloat16:
                Apply<BrainRounding>(values);
                return;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "A format without a rounding.");
        }
    }

    /// <summary>Whether rounding would change none of <paramref name="values"/>.</summary>
    public static bool Holds(this ElementFormat format, ReadOnlySpan<float> values) => format switch
    {
        ElementFormat.Float32 => true,
        ElementFormat.Float16 => Keeps<HalfRounding>(values),
        ElementFormat.BFloat16 => Keeps<BrainRounding>(values),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "A format without a rounding."),
    };

    private interface IRounding
    {
        static abstract Vector256<float> Of(Vector256<float> values);
    }

    private static void Apply<TRounding>(Span<float> values)
        where TRounding : IRounding
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var at = 0;
        for (; at <= values.Length - Vector256<float>.Count; at += Vector256<float>.Count)
        {
            TRounding.Of(Vector256.LoadUnsafe(ref first, (nuint)at)).StoreUnsafe(ref first, (nuint)at);
        }

        for (; at < values.Length; at++)
        {
            values[at] = TRounding.Of(Vector256.Create(values[at])).ToScalar();
        }
    }

    private static bool Keeps<TRounding>(ReadOnlySpan<float> values)
        where TRounding : IRounding
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        var changed = Vector256<int>.Zero;
        var at = 0;
        for (; at <= values.Length - Vector256<float>.Count; at += Vector256<float>.Count)
        {
            changed |= Changed<TRounding>(Vector256.LoadUnsafe(ref first, (nuint)at));
        }

        for (; at < values.Length; at++)
        {
            changed |= Changed<TRounding>(Vector256.Create(values[at]));
        }

        return changed == Vector256<int>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Changed<TRounding>(Vector256<float> values)
        where TRounding : IRounding => TRounding.Of(values).AsInt32() ^ values.AsInt32();

    private readonly struct BrainRounding : IRounding
    {
        // Half a unit less one, plus the last kept bit: ties go to even, and a carry runs on into the exponent, up to infinity.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> values)
        {
            var bits = values.AsUInt32();
            var last = (bits >>> 16) & Vector256<uint>.One;
            var rounded = (bits + last + Vector256.Create(0x7FFFu)) & Vector256.Create(0xFFFF0000u);
            return Vector256.ConditionalSelect(Vector256.Equals(values, values), rounded.AsSingle(), values);
        }
    }

    private readonly struct HalfRounding : IRounding
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> values)
        {
            var sign = values.AsUInt32() & Vector256.Create(0x80000000u);
            var magnitude = values.AsUInt32() ^ sign;
            var last = (magnitude >>> 13) & Vector256<uint>.One;
            var normal = (magnitude + last + Vector256.Create(0xFFFu)) & Vector256.Create(0xFFFFE000u);

            // From 65520 on, the midpoint above the largest half, everything is infinite.
            var infinite = Vector256.GreaterThan(normal, Vector256.Create(0x477FE000u));
            normal = Vector256.ConditionalSelect(infinite, Vector256.Create(0x7F800000u), normal);

            // Below 2^-14 the unit is 2^-24: adding 0.5, whose own unit that is, lets the addition round.
            var half = Vector256.Create(0.5f);
            var tiny = (magnitude.AsSingle() + half - half).AsUInt32();
            var rounded = Vector256.ConditionalSelect(Vector256.LessThan(magnitude, Vector256.Create(0x38800000u)), tiny, normal) | sign;
            return Vector256.ConditionalSelect(Vector256.Equals(values, values), rounded.AsSingle(), values);
        }
    }
}
