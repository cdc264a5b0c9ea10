using Hspi.Numerics.Units;

namespace Hspi.Benchmarks;

/// <summary>A square product of N(0,1) operands on one unit.</summary>
internal sealed class Workload
{
    public const int Size = 1024;

    public Workload(string unit)
    {
        Unit = (KnownUnits.Find(unit) ?? throw new ArgumentException($"No unit {unit}.", nameof(unit))).Unit;
        A = Normal(1);
        B = Normal(2);
        D = new float[Size * Size];
    }

    public MatrixUnit Unit { get; }
    public float[] A { get; }
    public float[] B { get; }
    public float[] D { get; }

    private float[] Normal(ulong seed)
    {
        var values = new float[Size * Size];
        for (int i = 0; i < values.Length; i++)
        {
            double sum = -6;
            for (int j = 0; j < 12; j++)
            {
                seed = (seed * 6364136223846793005) + 1442695040888963407;
                sum += (seed >> 11) * Math.ScaleB(1, -53);
            }
            values[i] = Unit.A.Quantize((float)sum, saturate: true);
        }
        return values;
    }
}
