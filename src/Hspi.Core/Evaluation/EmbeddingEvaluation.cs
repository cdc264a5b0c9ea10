using Hspi.Dialects;
using Hspi.Evaluation.Simulation;
using Hspi.Numerics.Formats;
using Hspi.Readers.Embeddings;

namespace Hspi.Evaluation;

/// <summary>Measures the embedding reader on simulated vectors whose format is known. Each vector has a seed of its own.</summary>
public static class EmbeddingEvaluation
{
    private static readonly NumberFormat[] Rounded = [KnownFormats.Bf16, KnownFormats.Fp16];

    private static readonly Arm[] Arms =
    [
        .. from format in Rounded
           from end in (EmbeddingEnd[])[EmbeddingEnd.Plain, EmbeddingEnd.Normalised, EmbeddingEnd.Cut, EmbeddingEnd.RoundedAgain]
           select new Arm($"{format}, {Word(end)}", new SimulatedEmbedding(format, 1, 1, end), [Kind(format)], end is EmbeddingEnd.Plain or EmbeddingEnd.RoundedAgain ? Rounding.After : Rounding.Before),
        .. from format in Rounded
           select new Arm($"{format}, mean of 2 or 3, normalised", new SimulatedEmbedding(format, 2, 3, EmbeddingEnd.Normalised), [Kind(format)], Rounding.Before),
        .. from end in (EmbeddingEnd[])[EmbeddingEnd.Plain, EmbeddingEnd.Normalised, EmbeddingEnd.Cut]
           select new Arm($"fp32, {Word(end)}", new SimulatedEmbedding(KnownFormats.Fp32, 1, 1, end), [GridKind.Unknown], Rounding.Unknown),
        new Arm("fp32, mean of 2 to 64, normalised", new SimulatedEmbedding(KnownFormats.Fp32, 2, 64, EmbeddingEnd.Normalised), [GridKind.Unknown], Rounding.Unknown),
        .. from format in Rounded
           from size in ((int Fewest, int Most)[])[(4, 16), (17, 64)]
           select new Arm($"{format}, mean of {size.Fewest} to {size.Most}, normalised", new SimulatedEmbedding(format, size.Fewest, size.Most, EmbeddingEnd.Normalised), [GridKind.Unknown, Kind(format)], null),
        new Arm("fp32, normalised, then to 4 decimals", new SimulatedEmbedding(KnownFormats.Fp32, 1, 1, EmbeddingEnd.Decimals), [GridKind.Unknown], Rounding.Unknown),
        new Arm("fp32, normalised, then to int8", new SimulatedEmbedding(KnownFormats.Fp32, 1, 1, EmbeddingEnd.Steps), [GridKind.Int8], Rounding.Unknown),
        new Arm("e4m3, then normalised", new SimulatedEmbedding(KnownFormats.E4M3, 1, 1, EmbeddingEnd.Normalised), [GridKind.Fp8], Rounding.Before),
    ];

    /// <summary>Every row of the table.</summary>
    /// <param name="vectors">Vectors of each row, spread evenly over the prints: Base64, and 9, 8, 7, 6 digits.</param>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="cancellationToken">Stops between vectors.</param>
    public static IEnumerable<EmbeddingScore> Run(int vectors, ulong seed, CancellationToken cancellationToken)
    {
        foreach (var (arm, row) in Arms.Select((arm, row) => (arm, row)))
        {
            var seen = new (GridKind Kind, Rounding Rounded)[vectors];
            Parallel.For(0, vectors, new ParallelOptions { CancellationToken = cancellationToken }, i =>
            {
                var prints = SimulatedEmbedding.Prints;
                var vector = arm.Embedding.Next((seed * 1_000_003) + ((ulong)row * 104_729_000_003) + ((ulong)i * 7919), prints[i % prints.Length]);
                var finding = EmbeddingReader.Read([new ParsedAnswer { Dialect = "embeddings", Embeddings = [vector] }])!;
                seen[i] = (finding.Precision, finding.Rounded);
            });
            var right = seen.Count(one => arm.Right.Contains(one.Kind));
            var wrong = seen.Count(one => one.Kind != GridKind.Unknown && !arm.Right.Contains(one.Kind));
            var named = seen.Where(one => one.Kind != GridKind.Unknown && arm.Right.Contains(one.Kind)).ToList();
            yield return new EmbeddingScore(
                arm.Name,
                vectors,
                right,
                wrong,
                named.Count(one => one.Rounded != Rounding.Unknown && one.Rounded != (arm.Rounded ?? Rounding.Before)),
                Interval.Wilson(right, vectors),
                Interval.Wilson(wrong, vectors));
        }
    }

    private static GridKind Kind(NumberFormat format) => format == KnownFormats.Bf16 ? GridKind.Bf16 : GridKind.Fp16;

    private static string Word(EmbeddingEnd end) => end switch
    {
        EmbeddingEnd.Plain => "not normalised",
        EmbeddingEnd.Normalised => "then normalised",
        EmbeddingEnd.Cut => "normalised, cut, normalised",
        EmbeddingEnd.RoundedAgain => "normalised, then rounded",
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "An end without a word."),
    };

    private sealed record Arm(string Name, SimulatedEmbedding Embedding, GridKind[] Right, Rounding? Rounded);
}

/// <summary>How often vectors of one kind were named.</summary>
/// <param name="Vectors">How they were made.</param>
/// <param name="Count">How many.</param>
/// <param name="Right">Named as what they are; where nothing is to be named, not named.</param>
/// <param name="Wrong">Named as another format.</param>
/// <param name="WrongRounding">Named rightly, but with the rounding before for after, or after for before.</param>
/// <param name="RightShare">With its 95 % interval.</param>
/// <param name="WrongShare">With its 95 % interval.</param>
public sealed record EmbeddingScore(string Vectors, int Count, int Right, int Wrong, int WrongRounding, Interval RightShare, Interval WrongShare);
