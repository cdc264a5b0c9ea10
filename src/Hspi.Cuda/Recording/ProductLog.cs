using Hspi.Networks.Interpreter;

namespace Hspi.Cuda.Recording;

/// <summary>Every product of one run of a network, in order, with its outputs as the next operator sees them.</summary>
/// <remarks>Attention has no weights to be named after: with one key head after the other, a layer's first calls are the scores, the rest mixes the values.</remarks>
/// <param name="callsPerAttention">Calls of each attention product: key heads times batch.</param>
internal sealed class ProductLog(int callsPerAttention)
{
    private readonly List<LoggedProduct> _products = [];
    private string _layer = "";
    private int _attention;

    /// <summary>What has been logged since the last call of this.</summary>
    public IReadOnlyList<LoggedProduct> Take()
    {
        LoggedProduct[] taken = [.. _products];
        _products.Clear();
        return taken;
    }

    /// <summary>Logs a product.</summary>
    /// <param name="weight">Name of its weights; null for attention.</param>
    /// <param name="outputs">Its outputs.</param>
    /// <param name="sameInputs">How many of them a computation from the same inputs gives too.</param>
    public void Add(string? weight, float[] outputs, int sameInputs)
    {
        if (weight is null)
        {
            var operation = _attention++ < callsPerAttention ? "scores" : "mix";
            _products.Add(new($"{_layer}/attention/{operation}", outputs, sameInputs));
            return;
        }

        _layer = weight[..weight.LastIndexOf('/')];
        _attention = 0;
        _products.Add(new(weight, outputs, sameInputs));
    }
}

/// <summary>One product.</summary>
/// <param name="Operation">Its name.</param>
/// <param name="Outputs">Its outputs, rounded as the next operator sees them.</param>
/// <param name="SameInputs">How many of them a computation from the same inputs gives too.</param>
internal sealed record LoggedProduct(string Operation, float[] Outputs, int SameInputs);

/// <summary>An arithmetic whose products are logged, beside a second one that is given the same inputs.</summary>
/// <param name="asked">Whose results go on.</param>
/// <param name="second">Compared with it; null compares nothing.</param>
/// <param name="seen">Format that the results are rounded to before anything sees them.</param>
/// <param name="weight">Name of the weights; null for attention.</param>
/// <param name="log">Where to.</param>
internal sealed class LoggedArithmetic(IMatrixArithmetic asked, IMatrixArithmetic? second, ElementFormat seen, string? weight, ProductLog log) : IMatrixArithmetic
{
    /// <summary>A precision all of whose products are logged.</summary>
    public static Precision Of(Precision asked, Precision? second, string headWeight, ProductLog log) => asked with
    {
        Products = new LoggedArithmetic(asked.Products, second?.Products, asked.Elements, null, log),
        WeightProducts = weight => new LoggedArithmetic(
            asked.For(weight), second?.For(weight), weight == headWeight ? asked.Results : asked.Elements, weight, log),
    };

    /// <inheritdoc/>
    public IRightOperand Prepare(ReadOnlySpan<float> b, int terms, int columns) =>
        new Kept(this, asked.Prepare(b, terms, columns), second?.Prepare(b, terms, columns), columns);

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> a, int rows, int terms, ReadOnlySpan<float> b, int columns, Span<float> d)
    {
        using var prepared = Prepare(b, terms, columns);
        prepared.Multiply(a, rows, d);
    }

    private sealed class Kept(LoggedArithmetic arithmetic, IRightOperand asked, IRightOperand? second, int columns) : IRightOperand
    {
        public void Multiply(ReadOnlySpan<float> a, int rows, Span<float> d)
        {
            var count = rows * columns;
            asked.Multiply(a, rows, d);
            var outputs = d[..count].ToArray();
            arithmetic.Seen.Round(outputs);
            var same = 0;
            if (second is not null)
            {
                var others = new float[count];
                second.Multiply(a, rows, others);
                arithmetic.Seen.Round(others);
                same = EqualBits.Count(outputs, others);
            }

            arithmetic.Log.Add(arithmetic.Weight, outputs, same);
        }

        public void Dispose()
        {
            asked.Dispose();
            second?.Dispose();
        }
    }

    private ElementFormat Seen => seen;

    private string? Weight => weight;

    private ProductLog Log => log;
}

/// <summary>Counts equal bits. Two NaNs are equal, the zeros of both signs are not.</summary>
internal static class EqualBits
{
    /// <summary>Places at which both hold the same.</summary>
    public static int Count(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var equal = 0;
        for (var i = 0; i < one.Length; i++)
        {
            equal += BitConverter.SingleToUInt32Bits(one[i]) == BitConverter.SingleToUInt32Bits(other[i]) || (float.IsNaN(one[i]) && float.IsNaN(other[i])) ? 1 : 0;
        }

        return equal;
    }
}
