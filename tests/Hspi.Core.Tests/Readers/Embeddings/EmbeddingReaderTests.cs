using System.Globalization;
using System.Text.Json;
using Hspi.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Probes;
using Hspi.Readers.Embeddings;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers.Embeddings;

/// <summary>Vectors made here, by arithmetic that is not the reader's: .NET's own <see cref="Half"/>, and bits that are cut off by hand.</summary>
public sealed class EmbeddingReaderTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(256)]
    [InlineData(3072)]
    public void A_16_bit_vector_behind_its_norm_is_named_from_all_its_bits(int dimensions)
    {
        AssertNamed(GridKind.Bf16, Rounding.Before, Bits(Normalised(Made(dimensions, 1, ToBf16))));
        AssertNamed(GridKind.Fp16, Rounding.Before, Bits(Normalised(Made(dimensions, 1, value => (float)(Half)value))));
        AssertNamed(GridKind.Unknown, Rounding.Unknown, Bits(Normalised(Made(dimensions, 1, value => value))));
    }

    [Theory]
    [InlineData("R")]
    [InlineData("G9")]
    [InlineData("G8")]
    [InlineData("G7")]
    [InlineData("G6")]
    [InlineData("G5")]
    public void Digits_are_enough(string format)
    {
        AssertNamed(GridKind.Bf16, Rounding.Before, Printed(Normalised(Made(1024, 2, ToBf16)), format));
        AssertNamed(GridKind.Fp16, Rounding.Before, Printed(Normalised(Made(1024, 2, value => (float)(Half)value)), format));
        AssertNamed(GridKind.Unknown, Rounding.Unknown, Printed(Normalised(Made(1024, 2, value => value)), format));
    }

    [Fact]
    public void Digits_of_a_double_say_no_more_than_float32_does()
    {
        var vector = Normalised(Made(1024, 3, ToBf16));

        AssertNamed(GridKind.Bf16, Rounding.Before, new EmbeddingVector.Printed([.. vector.Select(value => ((double)value).ToString("R", CultureInfo.InvariantCulture))]));
    }

    [Fact]
    public void Numbers_that_are_16_bits_themselves_were_rounded_last_whatever_their_norm()
    {
        AssertNamed(GridKind.Fp16, Rounding.After, Printed([.. Normalised(Made(1536, 4, value => value)).Select(value => (float)(Half)value)], "R"));
        AssertNamed(GridKind.Bf16, Rounding.After, Printed([.. Normalised(Made(1536, 4, value => value)).Select(ToBf16)], "R"));
        AssertNamed(GridKind.Bf16, Rounding.After, Bits(Made(1536, 5, ToBf16)));
    }

    [Fact]
    public void A_cut_keeps_the_grid()
    {
        AssertNamed(GridKind.Fp16, Rounding.Before, Bits(Normalised(Normalised(Made(3072, 6, value => (float)(Half)value))[..256])));
    }

    [Fact]
    public void A_mean_over_two_positions_still_shows_bf16_and_over_forty_nothing()
    {
        AssertNamed(GridKind.Bf16, Rounding.Before, Bits(Normalised(Mean(1024, 2, ToBf16))));
        AssertNamed(GridKind.Unknown, Rounding.Unknown, Bits(Normalised(Mean(1024, 40, ToBf16))));
    }

    [Fact]
    public void A_mean_over_two_positions_that_is_not_normalised_was_rounded_before()
    {
        AssertNamed(GridKind.Bf16, Rounding.Before, Bits(Mean(1024, 2, ToBf16)));
    }

    [Fact]
    public void Few_bits_are_no_bf16()
    {
        // int8 and four significant bits lie on bf16's grid as well.
        AssertNamed(GridKind.Int8, Rounding.Unknown, Printed([.. Made(1024, 7, value => MathF.Round(30 * value))], "R"));
        AssertNamed(GridKind.Int8, Rounding.Unknown, Bits(Normalised(Made(1024, 7, value => MathF.Round(30 * value)))));
        AssertNamed(GridKind.Fp8, Rounding.Before, Bits(Normalised(Made(1024, 8, value => Significant(value, 4)))));
    }

    [Theory]
    [InlineData("F2")]
    [InlineData("F3")]
    [InlineData("F4")]
    [InlineData("F5")]
    [InlineData("G4")]
    [InlineData("G3")]
    public void Numbers_that_someone_rounded_are_no_format(string format)
    {
        var vector = Normalised(Made(1024, 9, value => value));
        string[] texts = [.. vector.Select(value => value.ToString(format, CultureInfo.InvariantCulture))];

        AssertNamed(GridKind.Unknown, Rounding.Unknown, new EmbeddingVector.Printed(texts));
        AssertNamed(GridKind.Unknown, Rounding.Unknown, Bits([.. texts.Select(text => float.Parse(text, CultureInfo.InvariantCulture))]));
    }

    [Fact]
    public void Made_up_vectors_of_tests_are_no_format()
    {
        AssertNamed(GridKind.Unknown, Rounding.Unknown, new EmbeddingVector.Printed([.. Enumerable.Repeat("0.1", 1536)]));
        AssertNamed(GridKind.Unknown, Rounding.Unknown, new EmbeddingVector.Printed([.. Enumerable.Range(0, 1536).Select(i => (i / 1000.0).ToString("R", CultureInfo.InvariantCulture))]));
        AssertNamed(GridKind.Unknown, Rounding.Unknown, new EmbeddingVector.Printed([.. Enumerable.Range(0, 1536).Select(i => (0.1 * i).ToString("R", CultureInfo.InvariantCulture))]));
        AssertNamed(GridKind.Unknown, Rounding.Unknown, Bits([.. Enumerable.Range(1, 1536).Select(i => 1f / i)]));
        AssertNamed(GridKind.Unknown, Rounding.Unknown, new EmbeddingVector.Printed(["0.1", "-0.2", "0.3"]));
        AssertNamed(GridKind.Unknown, Rounding.Unknown, Bits(new float[768]));
    }

    [Fact]
    public void One_vector_that_shows_the_grid_speaks_for_others_that_are_means_and_two_names_for_none()
    {
        var shown = Bits(Normalised(Made(768, 10, ToBf16)));
        var hidden = Bits(Normalised(Mean(768, 50, ToBf16)));
        var other = Bits(Normalised(Made(768, 11, value => (float)(Half)value)));

        var mixed = EmbeddingReader.Read([Answer(hidden, shown, hidden)])!;

        Assert.Equal((GridKind.Bf16, 3, 768), (mixed.Precision, mixed.Vectors, mixed.Dimensions));
        Assert.Contains("1 of 3 vectors", mixed.Reading.Seen, StringComparison.Ordinal);
        Assert.Equal(GridKind.Unknown, EmbeddingReader.Read([Answer(shown), Answer(other)])!.Precision);
    }

    [Fact]
    public void The_norm_and_the_likelihoods_are_said()
    {
        var finding = EmbeddingReader.Read([Answer(Bits(Normalised(Made(512, 12, ToBf16))))])!;

        Assert.InRange(finding.Norm, 0.9999, 1.0001);
        Assert.Equal("bf16", finding.Reading.Likelihoods.MaxBy(pair => pair.Value).Key);
        Assert.Equal(0, finding.Reading.Likelihoods["fp32-or-pooled"]);
        Assert.Null(EmbeddingReader.Read([new ParsedAnswer { Dialect = "openai-chat" }]));
    }

    [Fact]
    public void Recorded_answers_of_services_read_as_expected()
    {
        var folder = Repository.Shared("recordings/embeddings");
        foreach (var line in File.ReadLines(Path.Combine(folder, "expected.jsonl")))
        {
            var expected = JsonDocument.Parse(line).RootElement;
            var file = expected.GetProperty("file").GetString()!;
            var answers = RecordingFile.Read(Path.Combine(folder, file)).OfType<Recording.Response>().Select(response => DialectCatalog.Recognise(response.Exchange)!.Read(response.Exchange));

            var finding = EmbeddingReader.Read(answers)!;

            output.WriteLine($"{file}: {finding.Reading.Seen}");
            Assert.Equal((file, expected.GetProperty("expect").GetProperty("precision").GetString()), (file, finding.Precision.Word()));
            Assert.Equal((file, expected.GetProperty("expect").GetProperty("rounded").GetString()), (file, finding.Precision == GridKind.Unknown ? "" : finding.Rounded.Word()));
        }
    }

    private void AssertNamed(GridKind precision, Rounding rounded, EmbeddingVector vector)
    {
        var finding = EmbeddingReader.Read([Answer(vector)])!;
        output.WriteLine($"{finding.Reading.Seen} {string.Join(", ", finding.Reading.Likelihoods.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:0}")))}");
        Assert.Equal((precision, rounded), (finding.Precision, finding.Rounded));
    }

    private static ParsedAnswer Answer(params EmbeddingVector[] vectors) => new() { Dialect = "embeddings", Embeddings = vectors };

    private static EmbeddingVector.Bits Bits(float[] values) => new(values);

    private static EmbeddingVector.Printed Printed(float[] values, string format) =>
        new([.. values.Select(value => value.ToString(format, CultureInfo.InvariantCulture))]);

    private static float[] Made(int dimensions, ulong seed, Func<float, float> round)
    {
        var random = new SeededNormal(seed);
        return [.. Enumerable.Range(0, dimensions).Select(_ => round((float)random.NextNormal()))];
    }

    private static float[] Mean(int dimensions, int positions, Func<float, float> round)
    {
        var each = Enumerable.Range(0, positions).Select(position => Made(dimensions, 100 + (ulong)position, round)).ToList();
        return [.. Enumerable.Range(0, dimensions).Select(i => each.Sum(one => one[i]) / positions)];
    }

    private static float[] Normalised(float[] values)
    {
        var norm = MathF.Sqrt(values.Sum(value => value * value));
        return [.. values.Select(value => value / norm)];
    }

    /// <summary>Half to even, as the instruction does.</summary>
    private static float ToBf16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }

    private static float Significant(float value, int bits)
    {
        var unit = MathF.ScaleB(1, Math.ILogB(value) - bits + 1);
        return MathF.Round(value / unit) * unit;
    }
}
