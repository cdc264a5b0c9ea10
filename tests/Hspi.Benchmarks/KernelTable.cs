using System.Diagnostics;
using System.Globalization;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Gemm;
using Hspi.Numerics.Units;

namespace Hspi.Benchmarks;

/// <summary>Every unit of the table with the kernel that makes its products, and its speed on one core; block scales where the unit takes
/// them. Units that are equal share a line.</summary>
internal static class KernelTable
{
    private const int Size = 512;
    private const int FewRepetitions = 25;
    private const int ManyRepetitions = 200;

    /// <summary>Prints the table.</summary>
    /// <param name="filter">The beginning of the names that are wanted, each measured for some seconds; or nothing for all.</param>
    public static void Print(string filter = "")
    {
        var repetitions = filter.Length > 0 ? ManyRepetitions : FewRepetitions;
        const double Products = 1e-9 * Size * Size * Size;
        Console.WriteLine($"{Size}³, N(0,1), one core, right operand packed before, best of {repetitions}.");
        Console.WriteLine();
        Console.WriteLine("| units | definition | kernel | G multiply-adds/s |");
        Console.WriteLine("|---|---|---|---|");
        // Formats do not change the speed of a definition much: one line for each definition and kernel.
        foreach (var rows in KnownUnits.All.Where(row => row.Name.StartsWith(filter, StringComparison.Ordinal)).GroupBy(row => (row.Unit.Definition, ProductKernels.Of(row.Unit))))
        {
            var (definition, kernel) = rows.Key;
            var names = rows.Count() <= 4 ? string.Join(", ", rows.Select(row => row.Name)) : $"{rows.First().Name} and {rows.Count() - 1} more";
            var speed = kernel is ProductKernel.NotCarried or ProductKernel.Plain
                ? "" : (Products / Seconds(rows.First().Unit, repetitions)).ToString("0.0", CultureInfo.InvariantCulture);
            Console.WriteLine($"| {names} | {definition} | {kernel} | {speed} |");
        }
    }

    private static double Seconds(MatrixUnit unit, int repetitions)
    {
        var (a, b, d) = (Normal(unit.A, 1), Normal(unit.B, 2), new float[Size * Size]);
        var scaling = KnownUnits.ScalingOf(unit);
        // One for 32 terms; NVFP4 has one for 16.
        var scales = new float[scaling == BlockScaling.None ? 0 : Size * Size / (scaling == BlockScaling.NvFp4 ? 16 : 32)];
        for (var i = 0; i < scales.Length; i++)
        {
            scales[i] = 1 << (i % 4);
        }

        using var packed = scales.Length > 0 ? PackedMatrix.PackScaled(unit, Size, Size, b, scales) : PackedMatrix.Pack(unit, Size, Size, b);
        var best = double.MaxValue;
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            var start = Stopwatch.GetTimestamp();
            if (scales.Length > 0)
            {
                MatrixProduct.MultiplyScaled(Size, a, scales, packed, [], d);
            }
            else
            {
                MatrixProduct.Multiply(Size, a, packed, [], d);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static float[] Normal(NumberFormat format, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Size * Size).Select(_ => format.Quantize((float)(Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6), saturate: true))];
    }
}
