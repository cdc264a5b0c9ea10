using System.Globalization;
using System.Text.Json;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;
using Hspi.Numerics.Vectors;

namespace Hspi.Numerics.Probing;

/// <summary>Reads <c>probes/numerics/*.json</c>; the fields are explained in the README there.</summary>
public static class NumericProbeFile
{
    /// <summary>All probes of a folder, files in alphabetical order.</summary>
    /// <exception cref="VectorFormatException">There is none, one cannot be read, or an id occurs twice.</exception>
    public static IReadOnlyList<NumericProbe> ReadFolder(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new VectorFormatException(folder, 0, "no such folder; the numeric probes lie in probes/numerics.");
        }

        var probes = new List<NumericProbe>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var probe in Read(file, File.ReadAllText(file)))
            {
                if (probes.Exists(known => known.Id == probe.Id))
                {
                    throw new VectorFormatException(file, 0, $"probe {probe.Id} occurs twice; an id names one question.");
                }

                probes.Add(probe);
            }
        }

        return probes.Count > 0 ? probes : throw new VectorFormatException(folder, 0, "holds no *.json file with probes.");
    }

    /// <summary>The probes of one file; <paramref name="path"/> only names it in messages.</summary>
    /// <exception cref="VectorFormatException">The text is not of this form.</exception>
    public static IReadOnlyList<NumericProbe> Read(string path, string text)
    {
        var current = "";
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            if (root.GetProperty("version").GetInt32() != 1)
            {
                throw new FormatException("\"version\" of the file must be 1.");
            }

            var probes = new List<NumericProbe>();
            foreach (var entry in root.GetProperty("probes").EnumerateArray())
            {
                current = entry.GetProperty("id").GetString() ?? "";
                probes.Add(Probe(entry, current));
            }

            return probes;
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            var reason = wrong is KeyNotFoundException ? "a field is missing; every probe has id, version, why, source, a_type, d_type, k, terms and c" : wrong.Message;
            throw new VectorFormatException(path, 0, $"{(current.Length > 0 ? $"probe {current}: " : "")}{reason}", wrong);
        }
    }

    private static NumericProbe Probe(JsonElement entry, string id)
    {
        var a = Format(entry.GetProperty("a_type"));
        var b = entry.TryGetProperty("b_type", out var other) ? Format(other) : a;
        var d = Format(entry.GetProperty("d_type"));
        var left = new ulong[entry.GetProperty("k").GetInt32()];
        var right = new ulong[left.Length];
        foreach (var term in entry.GetProperty("terms").EnumerateObject())
        {
            foreach (var k in Indices(term.Name, left.Length))
            {
                left[k] = Word(term.Value[0], a);
                right[k] = Word(term.Value[1], b);
            }
        }

        var scaling = entry.TryGetProperty("scales", out var kind) ? Enum.Parse<BlockScaling>(kind.GetString() ?? "", ignoreCase: true) : BlockScaling.None;
        var (measure, bits) = Measure(entry);
        return new(
            id,
            entry.GetProperty("version").GetInt32(),
            Text(entry, "why"),
            Text(entry, "source"),
            a,
            b,
            d,
            scaling,
            left,
            right,
            Scales(entry, "sa"),
            Scales(entry, "sb"),
            Word(entry.GetProperty("c"), d),
            measure,
            bits,
            entry.TryGetProperty("disputed", out var disputed) ? disputed.GetString() : null);
    }

    private static (ProbeMeasure Measure, int Bits) Measure(JsonElement entry) =>
        entry.TryGetProperty("kept_bits", out var kept) ? (ProbeMeasure.KeptBits, kept.GetInt32())
        : entry.TryGetProperty("small_exponent", out var small) ? (ProbeMeasure.BlockTerms, small.GetInt32())
        : entry.TryGetProperty("rounding", out _) ? (ProbeMeasure.Rounding, 0)
        : (ProbeMeasure.None, 0);

    // "3" is one term, "2-31" are thirty of them.
    private static IEnumerable<int> Indices(string text, int terms)
    {
        var ends = text.Split('-');
        var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
        var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
        return first >= 0 && first <= last && last < terms
            ? Enumerable.Range(first, last - first + 1)
            : throw new FormatException($"term \"{text}\" lies outside 0 to {terms - 1}.");
    }

    private static ulong[] Scales(JsonElement entry, string name) => entry.TryGetProperty(name, out var scales)
        ? [.. scales.EnumerateArray().Select(one => Word(one, KnownFormats.Ue8M0))]
        : [];

    private static NumberFormat Format(JsonElement name) =>
        KnownFormats.Find(name.GetString() ?? "") ?? throw new FormatException($"\"{name}\" is no known type.");

    private static ulong Word(JsonElement value, NumberFormat format) =>
        ulong.TryParse(value.GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word)
        && (format.StorageBits == 64 || word >> format.StorageBits == 0)
            ? word
            : throw new FormatException($"\"{value}\" is no {format} bit pattern.");

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString() is { Length: > 0 } text
        ? text
        : throw new FormatException($"\"{name}\" is empty.");
}
