using Hspi.Dialects;

namespace Hspi.Readers.Embeddings;

/// <summary>The numbers of one vector that are not 0, each with what its text leaves open.</summary>
internal sealed class VectorNumbers
{
    /// <summary>Units in the last place of float32: a mean and a norm round one after the other, and both seldom by the most.</summary>
    private const double Float32Rounding = 0.75;

    private VectorNumbers(double[] sizes, double[] uncertainties, double norm) =>
        (Sizes, Uncertainties, Norm) = (sizes, uncertainties, norm);

    /// <summary>Absolute values, in the order sent.</summary>
    public double[] Sizes { get; }

    /// <summary>How far the value that was printed may be from the text, as a share of it.</summary>
    public double[] Uncertainties { get; }

    /// <summary>Euclidean length of the vector.</summary>
    public double Norm { get; }

    /// <summary>Looks at a vector.</summary>
    public static VectorNumbers Of(EmbeddingVector vector) => vector switch
    {
        EmbeddingVector.Bits bits => Of([.. bits.Values.Select(value => (double)value)], _ => 0),
        EmbeddingVector.Printed printed => Of(printed.Texts),
        _ => throw new ArgumentOutOfRangeException(nameof(vector), vector, "A vector of another kind."),
    };

    private static VectorNumbers Of(IReadOnlyList<string> texts)
    {
        var numbers = new List<PrintedNumber>(texts.Count);
        foreach (var text in texts)
        {
            if (PrintedNumber.TryRead(text, out var number))
            {
                numbers.Add(number);
            }
        }

        if (numbers.All(number => number.Decimals == 0))
        {
            return Of([.. numbers.Select(number => number.Value)], _ => 0); // whole numbers are exact
        }

        // A print of so many digits, or of so many decimals; zeros at the end are not written, so that most numbers show it and not all.
        var digits = numbers.Select(number => number.SignificantDigits).Order().ElementAt(numbers.Count * 3 / 4);
        var decimals = numbers.Max(number => number.Decimals);
        return Of([.. numbers.Select(number => number.Value)], i =>
        {
            var number = numbers[i];
            var last = Math.Min(decimals, Math.Max(digits, number.SignificantDigits) - 1 - number.Magnitude);
            return 0.5 * Math.Pow(10, -last);
        });
    }

    /// <param name="values">Every number, zeros too.</param>
    /// <param name="open">Half the width of what the text of a number leaves open.</param>
    private static VectorNumbers Of(double[] values, Func<int, double> open)
    {
        var (sizes, uncertainties, norm) = (new List<double>(values.Length), new List<double>(values.Length), 0.0);
        for (var i = 0; i < values.Length; i++)
        {
            var size = Math.Abs(values[i]);
            norm += size * size;
            // Smaller than a float32 can be: a stranger's text, and no number of a model.
            if (size is > 1e-37 and < 1e37)
            {
                sizes.Add(size);
                uncertainties.Add(((Float32Rounding * Math.ScaleB(1, Math.ILogB(size) - 23)) + open(i)) / size);
            }
        }

        return new VectorNumbers([.. sizes], [.. uncertainties], Math.Sqrt(norm));
    }
}
