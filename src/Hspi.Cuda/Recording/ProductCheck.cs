using Hspi.Cuda.Cards;
using Hspi.Cuda.Native;
using Hspi.Cuda.Reports;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;
using Hspi.Probes;

namespace Hspi.Cuda.Recording;

/// <summary>Asks a matrix library for products of many shapes, and counts for each model of its summation how many outputs it explains.</summary>
internal static class ProductCheck
{
    private const int ComparedOutputs = 256;

    /// <summary>Small and skinny shapes invite split-K, wide ones the plain walk; 8-element alignment chooses between kernel families.</summary>
    public static ProductShapes AllShapes { get; } = new([1, 2, 8, 32, 64, 128, 256], [64, 256, 768], [64, 128, 384, 1000, 1024, 4096]);

    /// <summary>One agreement per types and shape. All types are asked of a shape before the next: what time cuts off is shapes.</summary>
    public static IEnumerable<ProductAgreement> Run(
        ILibraryProducts library, Architecture architecture, ProductShapes shapes, ulong seed, CancellationToken cancellationToken)
    {
        foreach (var (n, k) in from k in shapes.Terms from n in shapes.Columns select (n, k))
        {
            foreach (var types in CublasLtTypes.All)
            {
                var chance = new SeededNormal(seed);
                var a = Operands(ref chance, types.OperandFormat, shapes.Rows.Max() * k);
                var b = Operands(ref chance, types.OperandFormat, n * k);
                foreach (var m in shapes.Rows)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return Ask(library, architecture, types, m, n, k, a.AsSpan(0, m * k), b);
                }
            }
        }
    }

    private static ProductAgreement Ask(
        ILibraryProducts library, Architecture architecture, CublasLtTypes types, int m, int n, int k, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var bytes = new byte[m * n * types.OutputBytes];
        var choice = library.Multiply(types, m, n, k, ElementBytes.Of(types.OperandFormat, a), ElementBytes.Of(types.OperandFormat, b), bytes);
        if (choice is null)
        {
            return new ProductAgreement(types.Name, m, n, k, null, 0, []);
        }

        // Outputs spread over the whole product: tiles at the edges may be computed otherwise.
        var compared = Math.Min(ComparedOutputs, m * n);
        var places = Enumerable.Range(0, compared).Select(i => (int)((long)i * m * n / compared)).ToArray();
        var rows = Lines(types.OperandFormat, places.Select(at => at / n), a, k);
        var columns = Lines(types.OperandFormat, places.Select(at => at % n), b, k);
        var unit = ComputedPrecision.UnitOf(architecture, types.OperandFormat);
        List<ModelAgreement> models = [];
        foreach (var (name, reduction) in LibraryModels.For(types, types.OutputFormat, choice))
        {
            var schedule = reduction.Schedule(new TermRange(0, k));
            models.Add(new(name, places.AsParallel().LongCount(at =>
            {
                var sum = ReducedSum.Of(unit, schedule, rows[at / n], columns[at % n]);
                return types.OutputFormat.Encode(types.OutputFormat.Round(sum)) == Word(bytes, at, types.OutputBytes);
            })));
        }

        return new ProductAgreement(types.Name, m, n, k, choice, compared, models);
    }

    // Line i of [lines, terms] as numbers. TF32 words carry low bits that the unit drops; every other value is a number of its format.
    private static Dictionary<int, Number[]> Lines(NumberFormat format, IEnumerable<int> which, ReadOnlySpan<float> values, int terms)
    {
        var lines = new Dictionary<int, Number[]>();
        foreach (var line in which.Distinct())
        {
            var numbers = lines[line] = new Number[terms];
            for (var i = 0; i < terms; i++)
            {
                var value = values[(line * terms) + i];
                numbers[i] = format.StorageBits == 32 ? format.Decode(BitConverter.SingleToUInt32Bits(value)) : format.FromSingle(value);
            }
        }

        return lines;
    }

    private static float[] Operands(ref SeededNormal chance, NumberFormat format, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (float)chance.NextNormal();
        }

        if (format.StorageBits < 32)
        {
            for (var i = 0; i < count; i++)
            {
                values[i] = format.Quantize(values[i]);
            }
        }

        return values;
    }

    private static ulong Word(byte[] bytes, int index, int size)
    {
        var word = 0UL;
        for (var i = size - 1; i >= 0; i--)
        {
            word = (word << 8) | bytes[(index * size) + i];
        }

        return word;
    }
}

/// <summary>Shapes of products: every combination.</summary>
/// <param name="Rows">M.</param>
/// <param name="Columns">N.</param>
/// <param name="Terms">K.</param>
internal sealed record ProductShapes(IReadOnlyList<int> Rows, IReadOnlyList<int> Columns, IReadOnlyList<int> Terms)
{
    /// <summary>Products of one data type.</summary>
    public int Count => Rows.Count * Columns.Count * Terms.Count;
}
