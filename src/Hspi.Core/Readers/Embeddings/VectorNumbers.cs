using System.Globalization;
using Hspi.Dialects;

namespace Hspi.Readers.Embeddings;

/// <summary>The numbers of one vector that are not 0, each with what its text leaves open.</summary>
internal sealed class VectorNumbers
{
    /// <summary>Units in the last place of float32: a mean and a norm round one after the other, and both seldom by the most.</summary>
    private const double Float32Rounding = 0.75;

    /// <summary>No float32 needs more decimal digits.</summary>
    private const int Float32Digits = 9;
    private const int DoubleDigits = 17;

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
        EmbeddingVector.Bits bits => Of([.. bits.Values.Select(value => Shortest(value))]),
        EmbeddingVector.Printed printed => Of([.. printed.Texts.Select(Read).OfType<PrintedNumber>()]),
        _ => throw new ArgumentOutOfRangeException(nameof(vector), vector, "A vector of another kind."),
    };

    private static PrintedNumber? Read(string text) =>
        !PrintedNumber.TryRead(text, out var number) ? null
        : number.SignificantDigits > Float32Digits ? Shortest((float)number.Value) with { Value = number.Value }
        : number;

    /// <summary>A float32 that is known exactly, unless few digits name it: then someone rounded it before.</summary>
    private static PrintedNumber Shortest(float value) =>
        !PrintedNumber.TryRead(value.ToString("R", CultureInfo.InvariantCulture), out var number) ? default
        : number.SignificantDigits < Float32Digits - 1 ? number with { Value = value }
        : number with { Value = value, SignificantDigits = DoubleDigits, Decimals = DoubleDigits - 1 - number.Magnitude };

    private static VectorNumbers Of(List<PrintedNumber> numbers)
    {
        if (numbers.All(number => number.Decimals == 0))
        {
            return Of(numbers, _ => 0); // whole numbers are exact
        }

        // A print of so many digits, or of so many decimals; zeros at the end are not written, so that most numbers show it and not all.
        var digits = numbers.Select(number => number.SignificantDigits).Order().ElementAt(numbers.Count * 3 / 4);
        var decimals = numbers.Max(number => number.Decimals);
        return Of(numbers, number => 0.5 * Math.Pow(10, -Math.Min(decimals, Math.Max(digits, number.SignificantDigits) - 1 - number.Magnitude)));
    }

    /// <param name="numbers">Every number, zeros too.</param>
    /// <param name="open">Half the width of what the text of a number leaves open.</param>
    private static VectorNumbers Of(List<PrintedNumber> numbers, Func<PrintedNumber, double> open)
    {
        var (sizes, uncertainties, norm) = (new List<double>(numbers.Count), new List<double>(numbers.Count), 0.0);
        foreach (var number in numbers)
        {
            var size = Math.Abs(number.Value);
            norm += size * size;
            // Smaller than a float32 can be: a stranger's text, and no number of a model.
            if (size is > 1e-37 and < 1e37)
            {
                sizes.Add(size);
                uncertainties.Add(((Float32Rounding * Math.ScaleB(1, Math.ILogB(size) - 23)) + open(number)) / size);
            }
        }

        return new VectorNumbers([.. sizes], [.. uncertainties], Math.Sqrt(norm));
    }
}
