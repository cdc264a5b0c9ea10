using System.Numerics;

namespace Hspi.Readers.Embeddings;

/// <summary>The numbers of a vector in units of one scale: how many binary digits each needs, as far as its text can tell.</summary>
internal sealed class GridView
{
    /// <summary>More binary digits are not looked at: a grid so fine is told from none by float32 alone.</summary>
    public const int MostBits = 16;

    /// <summary>Digits after which a number says nothing.</summary>
    public const int FewestBits = 5;

    /// <summary>A number may be up to so many digits' width of its text's uncertainty from its grid, each with the share of numbers that need it.</summary>
    private static readonly (double Width, double Share)[] Boxes = [(1, 0.93), (4, 0.05), (16, 0.02)];

    private readonly Seen[] _seen;

    /// <param name="sizes">Absolute values.</param>
    /// <param name="uncertainties">As a share of each.</param>
    /// <param name="scale">The unit.</param>
    public GridView(double[] sizes, double[] uncertainties, double scale)
    {
        var rootMeanSquare = Math.Sqrt(sizes.Sum(size => size * size) / sizes.Length);
        _seen = new Seen[sizes.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            var bits = BitsOf(uncertainties[i]);
            var value = sizes[i] / scale;
            var zeros = Hit(value, bits, out var distance);
            var half = uncertainties[i] * Math.ScaleB(value, bits - 1 - Math.ILogB(value));
            var weight = 0.0;
            foreach (var (width, share) in Boxes)
            {
                weight += distance <= width * half && width * half < 0.5 ? share * 0.5 / (width * half) : 0;
            }

            _seen[i] = new Seen(Math.ILogB(value), bits, zeros, weight, PooledBits.SizeClass(sizes[i] / rootMeanSquare));
        }
    }

    /// <summary>Every number.</summary>
    public ReadOnlySpan<Seen> Numbers => _seen;

    /// <summary>Binary digits of a number that its text can vouch for.</summary>
    public static int BitsOf(double uncertainty) => (int)Math.Clamp(Math.Floor(Math.Log2(0.125 / uncertainty)), 0, MostBits);

    /// <summary>The nearest number of <paramref name="bits"/> binary digits.</summary>
    /// <param name="value">Above 0.</param>
    /// <param name="bits">1 to <see cref="MostBits"/>.</param>
    /// <param name="distance">How far it is, in units of its last digit.</param>
    /// <returns>Zeros at its end.</returns>
    public static int Hit(double value, int bits, out double distance)
    {
        var significand = (BitConverter.DoubleToInt64Bits(value) & ((1L << 52) - 1)) | (1L << 52);
        var shift = 53 - bits;
        var nearest = (significand + (1L << (shift - 1))) >> shift;
        distance = Math.Abs(significand - (nearest << shift)) * Math.ScaleB(1, -shift);
        return Math.Min(bits, BitOperations.TrailingZeroCount(nearest));
    }

    /// <summary>One number.</summary>
    /// <param name="Exponent">Power of two of its first binary digit, in units of the scale.</param>
    /// <param name="Bits">Binary digits that its text can vouch for.</param>
    /// <param name="Zeros">Zeros at the end of the nearest number of so many digits.</param>
    /// <param name="Weight">How much likelier its distance from that number is where it lies there than by chance; 0 where it is too far.</param>
    /// <param name="SizeClass">As <see cref="PooledBits.SizeClass"/> says.</param>
    public readonly record struct Seen(int Exponent, int Bits, int Zeros, double Weight, int SizeClass);
}
