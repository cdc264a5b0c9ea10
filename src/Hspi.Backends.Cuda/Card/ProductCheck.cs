using System.Runtime.InteropServices;
using Hspi.Backends.Cuda.Native;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;
using Hspi.Probes;
using Architecture = Hspi.Numerics.Units.Architecture;

namespace Hspi.Backends.Cuda.Card;

/// <summary>Asks cuBLASLt for products of many shapes, and counts for each model of its summation how many outputs it explains.</summary>
internal static class ProductCheck
{
    private const int ComparedOutputs = 256;

    // Small and skinny shapes invite split-K, wide ones the plain walk; 8-element alignment chooses between kernel families.
    private static readonly int[] Rows = [1, 2, 8, 32, 64, 128, 256];
    private static readonly int[] Columns = [64, 256, 768];
    private static readonly int[] Terms = [64, 128, 384, 1000, 1024, 4096];

    /// <summary>One agreement per types and shape.</summary>
    public static IEnumerable<ProductAgreement> Run(
        CudaDriver driver, CublasLt library, Architecture architecture, ulong seed, IProgress<string> progress, CancellationToken cancellationToken)
    {
        foreach (var types in CublasLtTypes.All)
        {
            foreach (var (m, n, k) in from m in Rows from n in Columns from k in Terms select (m, n, k))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return Ask(driver, library, architecture, types, m, n, k, seed);
            }

            progress.Report($"{Rows.Length * Columns.Length * Terms.Length} products asked: {types.Name}");
        }
    }

    private static ProductAgreement Ask(
        CudaDriver driver, CublasLt library, Architecture architecture, CublasLtTypes types, int m, int n, int k, ulong seed)
    {
        var operand = OperandOf(types.Name);
        var chance = new SeededNormal(seed);
        var a = Words(ref chance, operand, m * k);
        var b = Words(ref chance, operand, n * k);
        var output = types.OutputBytes == 4 ? KnownFormats.Fp32 : operand;
        var bytes = new byte[m * n * types.OutputBytes];
        var (onA, onB, onD) = (Upload(driver, a, types.OperandBytes), Upload(driver, b, types.OperandBytes), driver.Allocate(bytes.Length));
        var choice = library.Multiply(types, m, n, k, onA, onB, onD);
        driver.Read(onD, bytes);
        driver.Free(onA);
        driver.Free(onB);
        driver.Free(onD);
        var compared = Math.Min(ComparedOutputs, m * n);
        if (choice is null)
        {
            return new ProductAgreement(types.Name, m, n, k, null, 0, new Dictionary<string, long>());
        }

        var unit = UnitOf(architecture, operand);
        var agreeing = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, reduction) in LibraryModels.For(types, output, choice))
        {
            var plan = reduction.Plan(new TermRange(0, k));
            // Outputs spread over the whole product: tiles at the edges may be computed otherwise.
            agreeing[name] = Enumerable.Range(0, compared).Select(i => (int)((long)i * m * n / compared)).AsParallel().LongCount(at =>
            {
                var sum = ReducedSum.Of(unit, plan, Decode(operand, a.AsSpan(at / n * k, k)), Decode(operand, b.AsSpan(at % n * k, k)));
                return output.Encode(output.Round(sum)) == Word(bytes, at, types.OutputBytes);
            });
        }

        return new ProductAgreement(types.Name, m, n, k, choice, compared, agreeing);
    }

    // A library takes the chip's newest path; where that is the same unit as the older one, the table has it once.
    private static MatrixUnit UnitOf(Architecture architecture, NumberFormat operand) =>
        (KnownUnits.Find(architecture, operand, operand, KnownFormats.Fp32, InstructionPath.Wgmma)
            ?? KnownUnits.Find(architecture, operand, operand, KnownFormats.Fp32)
            ?? throw new HspiException($"The table of units has no row for {operand} on {architecture.Name}. Add one to UnitTable.")).Unit;

    private static Number[] Decode(NumberFormat format, ReadOnlySpan<ulong> words)
    {
        var numbers = new Number[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            numbers[i] = format.Decode(words[i]);
        }

        return numbers;
    }

    private static NumberFormat OperandOf(string types) => types switch
    {
        "fp32" => KnownFormats.Fp32,
        "tf32" => KnownFormats.Tf32,
        "e4m3" => KnownFormats.E4M3,
        _ when types.StartsWith("fp16", StringComparison.Ordinal) => KnownFormats.Fp16,
        _ when types.StartsWith("bf16", StringComparison.Ordinal) => KnownFormats.Bf16,
        _ => throw new ArgumentOutOfRangeException(nameof(types), types, "Types without an operand format."),
    };

    private static ulong[] Words(ref SeededNormal chance, NumberFormat format, int count)
    {
        var words = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            words[i] = format.Encode(format.FromSingle(format.Quantize((float)chance.NextNormal())));
        }

        return words;
    }

    private static ulong Upload(CudaDriver driver, ulong[] words, int size)
    {
        var bytes = new byte[words.Length * size];
        for (var i = 0; i < words.Length; i++)
        {
            MemoryMarshal.AsBytes(words.AsSpan(i, 1))[..size].CopyTo(bytes.AsSpan(i * size));
        }

        var address = driver.Allocate(bytes.Length);
        driver.Write(address, bytes);
        return address;
    }

    private static ulong Word(byte[] bytes, int index, int size)
    {
        var word = 0UL;
        bytes.AsSpan(index * size, size).CopyTo(MemoryMarshal.AsBytes(new Span<ulong>(ref word)));
        return word;
    }
}
