using System.Globalization;
using Hspi.Dialects;
using Hspi.Numerics.Formats;
using Hspi.Probes;

namespace Hspi.Evaluation.Simulation;

/// <summary>How simulated embeddings are made.</summary>
/// <param name="Format">The format to which a model rounds each position.</param>
/// <param name="FewestPositions">Positions in the mean, at least.</param>
/// <param name="MostPositions">At most.</param>
/// <param name="Last">What comes last.</param>
internal sealed record SimulatedEmbedding(NumberFormat Format, int FewestPositions, int MostPositions, EmbeddingEnd Last)
{
    private static readonly int[] Dimensions = [256, 384, 512, 768, 1024, 1536, 2048, 3072];

    /// <summary>Digits of a print; 0 for Base64.</summary>
    public static readonly int[] Prints = [0, 9, 8, 7, 6];

    /// <summary>One vector.</summary>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="digits">One of <see cref="Prints"/>.</param>
    public EmbeddingVector Next(ulong seed, int digits)
    {
        var random = new SeededNormal(seed);
        var values = new float[Dimensions[random.Next(Dimensions.Length)]];
        var positions = FewestPositions + random.Next(MostPositions - FewestPositions + 1);
        var (alike, uneven, width, heavy) = (random.NextUniform(), random.NextUniform(), Math.Exp(random.NextNormal()), random.Next(3));
        for (var i = 0; i < values.Length; i++)
        {
            // Dimensions differ in size; few are far larger than the others.
            var size = width * Math.Exp(uneven * random.NextNormal()) * (random.Next(200) == 0 ? 1 + (10 * random.NextUniform()) : 1);
            var middle = Math.Sqrt(alike) * Draw(ref random, heavy);
            for (var position = 0; position < positions; position++)
            {
                values[i] += Format.Quantize((float)(size * (middle + (Math.Sqrt(1 - alike) * Draw(ref random, heavy)))), saturate: true);
            }
        }

        for (var i = 0; i < values.Length && positions > 1; i++)
        {
            values[i] /= positions;
        }

        Finish(ref random, ref values);
        return digits == 0
            ? new EmbeddingVector.Bits(values)
            : new EmbeddingVector.Printed([.. values.Select(value => value.ToString($"G{digits}", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal))]);
    }

    private static double Draw(ref SeededNormal random, int heavy) => heavy switch
    {
        0 => random.NextNormal(),
        1 => (random.Next(2) == 0 ? 1 : -1) * -Math.Log(1 - random.NextUniform()), // Laplace
        _ => random.NextNormal() / Math.Sqrt(0.25 + random.NextUniform()),
    };

    private void Finish(ref SeededNormal random, ref float[] values)
    {
        if (Last == EmbeddingEnd.Plain)
        {
            return;
        }

        if (Last == EmbeddingEnd.Cut)
        {
            Normalise(ref random, values);
            values = values[..Math.Max(256, values.Length / 2)];
        }

        Normalise(ref random, values);
        var step = values.Max(Math.Abs) / 127;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Last switch
            {
                EmbeddingEnd.RoundedAgain => Format.Quantize(values[i]),
                EmbeddingEnd.Steps => MathF.Round(values[i] / step) * step,
                EmbeddingEnd.Decimals => MathF.Round(values[i], 4),
                _ => values[i],
            };
        }
    }

    /// <summary>In float32, by a quotient or by a reciprocal, as libraries differ.</summary>
    private static void Normalise(ref SeededNormal random, float[] values)
    {
        var squares = 0f;
        foreach (var value in values)
        {
            squares += value * value;
        }

        var norm = MathF.Sqrt(squares);
        var reciprocal = random.Next(2) == 0 ? 1 / norm : 0;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reciprocal > 0 ? values[i] * reciprocal : values[i] / norm;
        }
    }
}

/// <summary>What comes last when an embedding is made.</summary>
internal enum EmbeddingEnd
{
    /// <summary>Nothing: the model's numbers, of any norm.</summary>
    Plain,

    /// <summary>The norm, in float32.</summary>
    Normalised,

    /// <summary>The norm, a cut to the first dimensions, and the norm again.</summary>
    Cut,

    /// <summary>The norm, and then rounding.</summary>
    RoundedAgain,

    /// <summary>The norm, and then rounding to 127 steps on each side of 0.</summary>
    Steps,

    /// <summary>The norm, and then rounding to four decimals, kept as float32.</summary>
    Decimals,
}
