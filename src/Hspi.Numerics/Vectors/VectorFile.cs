using System.Globalization;
using System.Text.Json;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Vectors;

/// <summary>Reads vector files: JSON lines, every value a raw hexadecimal bit pattern.</summary>
/// <remarks><code>
/// {"meta":true,"arch":"hopper","a_type":"e4m3","d_type":"fp32","k":32,"path":"wgmma"}     a header names the unit of what follows
/// {"id":"...","a":["38",...],"b":[...],"c":"00000000","d":"3f800000","nan":true}            one case; MX adds "sa", "sb"
/// {"id":"...","a_type":...,"a":[...],"expect":{"volta":"00000000","hopper":"bf400000"}}     a probe: one case per architecture
/// </code></remarks>
public static class VectorFile
{
    /// <summary>All cases of a file, in order.</summary>
    /// <exception cref="VectorFormatException">The file or a line cannot be read, names a type or unit that is not known, or there is no case.</exception>
    public static IReadOnlyList<VectorCase> Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new VectorFormatException(path, 0, $"cannot be read: {failed.Message}", failed);
        }

        return Read(path, lines);
    }

    /// <summary>Reads lines that are already in memory; <paramref name="path"/> only names them in messages.</summary>
    /// <exception cref="VectorFormatException">A line cannot be read, or there is no case.</exception>
    public static IReadOnlyList<VectorCase> Read(string path, IReadOnlyList<string> lines)
    {
        var cases = new List<VectorCase>();
        (VectorHeader Header, Architecture Architecture)? header = null;
        for (var number = 1; number <= lines.Count; number++)
        {
            if (string.IsNullOrWhiteSpace(lines[number - 1]))
            {
                continue;
            }

            try
            {
                using var document = JsonDocument.Parse(lines[number - 1]);
                var line = document.RootElement;
                if (line.ValueKind != JsonValueKind.Object)
                {
                    throw new FormatException("a line must be one JSON object.");
                }

                if (line.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.True)
                {
                    header = (VectorHeader.Read(line), ArchitectureOf(line));
                }
                else if (line.TryGetProperty("expect", out var expect))
                {
                    AddProbe(cases, line, expect, number);
                }
                else
                {
                    var (known, architecture) = header ?? throw new FormatException("a case before any header line {\"meta\":true,…}.");
                    cases.Add(Case(line, number, known, architecture, "", line.GetProperty("d"), IsAnyNan(line)));
                }
            }
            catch (Exception wrong) when (wrong is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
            {
                var reason = wrong is KeyNotFoundException ? "a field is missing: a case has a, b, c and d (or expect)." : wrong.Message;
                throw new VectorFormatException(path, number, reason, wrong);
            }
        }

        // A check of nothing would pass.
        return cases.Count > 0 ? cases : throw new VectorFormatException(path, 0, "holds no case: a header line, then one line per dot product.");
    }

    private static void AddProbe(List<VectorCase> cases, JsonElement line, JsonElement expect, int number)
    {
        var header = VectorHeader.Read(line);
        foreach (var answer in expect.EnumerateObject())
        {
            var (name, hint) = Architecture.Find(answer.Name) is not null ? (answer.Name, "") : SplitPath(answer.Name);
            var architecture = Architecture.Find(name) ?? throw UnknownArchitecture(answer.Name);
            cases.Add(Case(line, number, header, architecture, hint, answer.Value, IsAnyNan(line)) with
            {
                Id = $"{VectorHeader.Text(line, "id")} {answer.Name}",
            });
        }
    }

    // "cdna2_1k", "hopper_mmasync": a generation and one of its paths.
    private static (string Name, string Hint) SplitPath(string text)
    {
        var cut = text.IndexOf('_', StringComparison.Ordinal);
        return cut < 0 ? (text, "") : (text[..cut], text[(cut + 1)..] == "1k" ? "mfma1k" : text[(cut + 1)..]);
    }

    private static Architecture ArchitectureOf(JsonElement line)
    {
        var text = VectorHeader.Text(line, "arch") ?? VectorHeader.Text(line, "gpu")
            ?? throw new FormatException("a header needs \"arch\" (hopper) or \"gpu\" (H200).");
        return Architecture.Find(text) ?? throw UnknownArchitecture(text);
    }

    private static FormatException UnknownArchitecture(string text) => new(
        $"\"{text}\" is no known architecture or GPU; known are {string.Join(", ", Architecture.All.Select(one => one.Name))} and their cards.");

    private static bool IsAnyNan(JsonElement line) => line.TryGetProperty("nan", out var nan) && nan.ValueKind == JsonValueKind.True;

    private static VectorCase Case(
        JsonElement line, int number, VectorHeader header, Architecture architecture, string hint, JsonElement expected, bool anyNan)
    {
        var a = Words(line.GetProperty("a"), header.A, "a");
        var b = Words(line.GetProperty("b"), header.B, "b");
        var scalesA = line.TryGetProperty("sa", out var left) ? Words(left, KnownFormats.Ue8M0, "sa") : [];
        var scalesB = line.TryGetProperty("sb", out var right) ? Words(right, KnownFormats.Ue8M0, "sb") : [];
        if (a.Length != b.Length || a.Length == 0)
        {
            throw new FormatException($"{a.Length} values in \"a\" and {b.Length} in \"b\"; a case needs as many of each.");
        }

        var (row, unit) = header.Resolve(architecture, hint, scalesA.Length, a.Length);
        var id = VectorHeader.Text(line, "id") ?? $"line {number}";
        return new(id, number, row, unit, a, b, scalesA, scalesB, Word(line.GetProperty("c"), header.D, "c"), Word(expected, header.D, "d"), anyNan);
    }

    private static ulong[] Words(JsonElement array, NumberFormat format, string name) =>
        [.. array.EnumerateArray().Select(one => Word(one, format, name))];

    private static ulong Word(JsonElement value, NumberFormat format, string name)
    {
        var text = value.GetString();
        return ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word)
            && (format.StorageBits == 64 || word >> format.StorageBits == 0)
            ? word
            : throw new FormatException($"\"{name}\" has \"{text}\", which is no {format} bit pattern ({format.StorageBits} bits in hexadecimal).");
    }
}
