using Hspi.Probes;

namespace Hspi.Networks.Building;

/// <summary>Seeded initial weights: N(0, deviation²), in the order in which a graph asks for them.</summary>
public sealed class InitialWeights(ulong seed)
{
    private SeededNormal _chance = new(seed);

    /// <summary><paramref name="count"/> values of mean 0.</summary>
    public float[] Normal(int count, double deviation)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)(_chance.NextNormal() * deviation);
        }

        return values;
    }

    /// <summary><paramref name="count"/> times <paramref name="value"/>.</summary>
    public static float[] Constant(int count, float value)
    {
        var values = new float[count];
        Array.Fill(values, value);
        return values;
    }
}
