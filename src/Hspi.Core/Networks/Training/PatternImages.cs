using Hspi.Networks.Building;
using Hspi.Probes;

namespace Hspi.Networks.Training;

/// <summary>Draws seeded 8-bit images of ten patterns, each in chance colours, place, size and noise.</summary>
/// <remarks>Only additions, multiplications and comparisons of doubles: the same bytes on every machine.</remarks>
public sealed class PatternImages(ulong seed)
{
    private const int Side = ClassifierGraph.Side;

    private SeededNormal _chance = new(seed);

    /// <summary>Names of the classes, by label.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["disc", "ring", "square", "frame", "triangle", "cross", "rows", "columns", "checkers", "slope"];

    /// <summary>The next image.</summary>
    /// <returns>Pixels [3, 32, 32] and the label, 0 to 9.</returns>
    public (byte[] Pixels, int Label) Next()
    {
        var label = _chance.Next(Names.Count);
        var (x0, y0) = (10 + _chance.NextUniform() * 12, 10 + _chance.NextUniform() * 12);
        var radius = 6 + (_chance.NextUniform() * 5);
        var period = 3 + _chance.Next(4);
        var noise = _chance.NextUniform() * 30;
        var (ink, ground) = Colours();

        var pixels = new byte[3 * Side * Side];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var share = Names[label] == "slope"
                    ? (x + y) / (2.0 * (Side - 1))
                    : Inside(label, x - x0, y - y0, radius, x, y, period) ? 1.0 : 0.0;
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = ground[channel] + (share * (ink[channel] - ground[channel])) + (noise * _chance.NextNormal());
                    pixels[(((channel * Side) + y) * Side) + x] = (byte)Math.Clamp(Math.Round(value), 0, 255);
                }
            }
        }

        return (pixels, label);
    }

    private static bool Inside(int label, double dx, double dy, double radius, int x, int y, int period)
    {
        var square = (dx * dx) + (dy * dy);
        var (far, near) = (Math.Max(Math.Abs(dx), Math.Abs(dy)), Math.Min(Math.Abs(dx), Math.Abs(dy)));
        return Names[label] switch
        {
            "disc" => square <= radius * radius,
            "ring" => square <= radius * radius && square >= (radius - 3) * (radius - 3),
            "square" => far <= radius * 0.85,
            "frame" => far <= radius * 0.85 && far >= (radius * 0.85) - 2.5,
            "triangle" => dy <= radius * 0.8 && dy >= (2 * Math.Abs(dx)) - radius,
            "cross" => far <= radius && near <= 1.6,
            "rows" => y / period % 2 == 0,
            "columns" => x / period % 2 == 0,
            "checkers" => ((x / period) + (y / period)) % 2 == 0,
            _ => throw new ArgumentOutOfRangeException(nameof(label), label, "A class without a shape."),
        };
    }

    // At least 80 levels apart in one channel: an image must show its pattern.
    private (int[] Ink, int[] Ground) Colours()
    {
        while (true)
        {
            int[] ink = [_chance.Next(256), _chance.Next(256), _chance.Next(256)];
            int[] ground = [_chance.Next(256), _chance.Next(256), _chance.Next(256)];
            if (ink.Zip(ground, (one, other) => Math.Abs(one - other)).Max() >= 80)
            {
                return (ink, ground);
            }
        }
    }
}
