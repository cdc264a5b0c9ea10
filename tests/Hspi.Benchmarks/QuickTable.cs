using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics.X86;
using Hspi.Numerics.Gemm;

namespace Hspi.Benchmarks;

/// <summary>The figures of the benchmark within a minute: the best of some repetitions, sgemm and all units in turn, so that a
/// busy machine slows all alike.</summary>
internal static class QuickTable
{
    private static readonly string[] Units =
    [
        "hopper_fp16_fp32", "ampere_bf16_fp32", "hopper_bf16_fp32", "hopper_e4m3_fp32", "blackwell_e4m3_fp32", "hopper_tf32_fp32",
        "hopper_fp16_fp16", "cdna3_fp16_fp32", "cdna3_bf16_fp32",
    ];

    public static void Print(int repetitions)
    {
        const double Products = 1e-9 * Workload.Size * Workload.Size * Workload.Size;
        (string Name, Workload Work)[] rows = [.. Units.Select(name => (name, new Workload(name)))];
        double[] best = new double[rows.Length], bestPacked = new double[rows.Length], bestTwo = new double[rows.Length];
        double sgemm = 0, bound = 0;
        using var packed = new PackedSet(rows.Select(row => PackedMatrix.Pack(row.Work.Unit, Workload.Size, Workload.Size, row.Work.B)));
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            bound = Math.Max(bound, FourOperations.Speed(repetitions: 5));
            if (OpenBlas.IsInstalled)
            {
                sgemm = Math.Max(sgemm, Products / Seconds(() => OpenBlas.Multiply(Workload.Size, rows[0].Work.A, rows[0].Work.B, rows[0].Work.D)));
            }
            for (int i = 0; i < rows.Length; i++)
            {
                Workload work = rows[i].Work;
                PackedMatrix right = packed[i];
                best[i] = Math.Max(best[i], Products / Seconds(() =>
                    MatrixProduct.Multiply(work.Unit, Workload.Size, Workload.Size, Workload.Size, work.A, work.B, work.D)));
                bestPacked[i] = Math.Max(bestPacked[i], Products / Seconds(() => MatrixProduct.Multiply(Workload.Size, work.A, right, [], work.D)));
                bestTwo[i] = Math.Max(bestTwo[i], Products / Seconds(() => MatrixProduct.Multiply(Workload.Size, work.A, right, [], work.D, 2)));
            }
        }
        string set = Avx512BW.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "128 bits";
        Console.WriteLine($"{set}, one core, {Workload.Size}³, best of {repetitions}; sgemm: {OpenBlas.Description}");
        Console.WriteLine();
        Console.WriteLine("| G multiply-adds/s | packing included | of sgemm | right operand packed before | the same on two cores | bytes allocated per output |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Console.WriteLine(OpenBlas.IsInstalled ? $"| sgemm | {Text(sgemm)} | 1 | | | |" : "| sgemm | not installed | | | | |");
        Console.WriteLine($"| the four operations alone | {Text(bound)} | {(OpenBlas.IsInstalled ? Ratio(bound / sgemm) : "")} | | | |");
        for (int i = 0; i < rows.Length; i++)
        {
            string ratio = OpenBlas.IsInstalled ? Ratio(best[i] / sgemm) : "";
            Console.WriteLine($"| {rows[i].Name} | {Text(best[i])} | {ratio} | {Text(bestPacked[i])} | {Text(bestTwo[i])} | {Allocated(rows[i].Work, packed[i])} |");
        }
        Console.WriteLine();
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Allocated(Workload work, PackedMatrix right)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        MatrixProduct.Multiply(Workload.Size, work.A, right, [], work.D);
        return ((GC.GetAllocatedBytesForCurrentThread() - before) / (double)work.D.Length).ToString("0.000", CultureInfo.InvariantCulture);
    }

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private sealed class PackedSet(IEnumerable<PackedMatrix> matrices) : IDisposable
    {
        private readonly PackedMatrix[] _matrices = [.. matrices];

        public PackedMatrix this[int index] => _matrices[index];

        public void Dispose() => Array.ForEach(_matrices, matrix => matrix.Dispose());
    }
}
