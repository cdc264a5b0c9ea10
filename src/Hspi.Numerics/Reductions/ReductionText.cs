using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Reductions;

/// <summary>Reductions as words: <c>chain</c>, <c>promoted=128</c>, <c>tp=2 > splitk=4 > promoted=128</c>.</summary>
/// <remarks><code>
/// chain                      one chain (also the end of every composition)
/// promoted=128               block totals added in FP32
/// residue=64                 partial K tile of 64 first
/// sliced=2/32                2 warps share tiles of 32
/// splitk=4[/64][:fp32|:partials-bf16|:serial-bf16]     slices, grain, merge
/// tp=2[:bf16][:ring|:tree]   ranks, type on the wire, order (forward)
/// lanes=8[:halves]           vector loop (forward)
/// pairwise                   NumPy's sum
/// </code></remarks>
public static class ReductionText
{
    // More than anything divides a sum into, and small enough that no length made of two of them overflows.
    private const int MostParts = 1 << 15;

    /// <summary>Reads a composition, outermost first, parted by <c>&gt;</c>.</summary>
    /// <exception cref="FormatException">A word is not known, or something follows what cannot contain another reduction.</exception>
    public static Reduction Parse(string text)
    {
        Reduction? inner = null;
        foreach (var word in text.Split('>', StringSplitOptions.TrimEntries).Reverse())
        {
            inner = ParseOne(word, inner);
        }

        return inner!;
    }

    private static Reduction ParseOne(string word, Reduction? inner)
    {
        var parts = word.ToLowerInvariant().Split(':');
        var (name, value) = Split(parts[0], '=');
        var options = parts[1..];
        return name switch
        {
            "splitk" => SplitK(value, options, inner ?? new Reduction.SingleChain()),
            "tp" => TensorParallel(value, options, inner ?? new Reduction.SingleChain()),
            _ when inner is not null => throw Wrong(word, "only splitk and tp can contain another reduction"),
            "chain" => new Reduction.SingleChain(),
            "pairwise" => new Reduction.Pairwise(),
            "promoted" => new Reduction.Promoted(Whole(value, word)),
            "residue" => new Reduction.ResidueFirst(Whole(value, word)),
            "lanes" => new Reduction.Lanes(Whole(value, word), options is ["halves"] ? LaneOrder.Halves : LaneOrder.Forward),
            "sliced" when Split(value, '/') is var (ways, tile) => SlicedK(Whole(ways, word), Whole(tile, word), word),
            _ => throw Wrong(word, "known are chain, promoted=N, residue=N, sliced=WAYS/TILE, splitk=N, tp=N, lanes=N, pairwise"),
        };
    }

    private static Reduction.SplitK SplitK(string value, string[] options, Reduction inner)
    {
        var (slices, grain) = Split(value, '/');
        var (kind, type) = Split(options.FirstOrDefault() ?? "fp32", '-');
        var merge = kind switch
        {
            "fp32" => SplitMerge.Fp32Workspace,
            "partials" => SplitMerge.OutputPartials,
            "serial" => SplitMerge.SerialOutput,
            _ => throw Wrong(value, "the merge is fp32, partials-TYPE or serial-TYPE"),
        };
        var output = type.Length == 0 ? KnownFormats.Fp32 : Type(type);
        return new(Whole(slices, value), grain.Length == 0 ? 64 : Whole(grain, value), merge, output, inner);
    }

    private static Reduction.SlicedK SlicedK(int ways, int tile, string word) =>
        tile % ways == 0 ? new(ways, tile) : throw Wrong(word, "the ways must divide the tile");

    private static Reduction.TensorParallel TensorParallel(string value, string[] options, Reduction inner)
    {
        var order = AllReduceOrder.Forward;
        var format = KnownFormats.Fp32;
        foreach (var option in options)
        {
            if (Enum.TryParse<AllReduceOrder>(option, ignoreCase: true, out var named))
            {
                order = named;
            }
            else
            {
                format = Type(option);
            }
        }

        return new(Whole(value, "tp"), order, format, inner);
    }

    private static NumberFormat Type(string text) =>
        KnownFormats.Find(text) ?? throw Wrong(text, "not a number format; say fp32, bf16 or fp16");

    private static int Whole(string text, string word) =>
        int.TryParse(text, out var number) && number is >= 1 and <= MostParts ? number : throw Wrong(word, $"needs whole numbers from 1 to {MostParts}");

    private static (string Name, string Value) Split(string text, char at)
    {
        var cut = text.IndexOf(at);
        return cut < 0 ? (text, "") : (text[..cut], text[(cut + 1)..]);
    }

    private static FormatException Wrong(string word, string why) => new($"\"{word}\" is no reduction: {why}.");
}
