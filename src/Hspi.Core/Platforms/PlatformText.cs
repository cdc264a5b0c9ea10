using System.Globalization;
using System.Text;

namespace Hspi.Platforms;

/// <summary>Reads and writes platforms and claims as <c>key=value</c> pairs, separated by spaces or commas.</summary>
public static class PlatformText
{
    /// <summary>The keys in canonical order. <c>gpu</c> is read as <c>device</c>.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        ["engine", "version", "device", "arch", "precision", "kernels", "parallel", "batch"];

    /// <summary>The value of column <paramref name="key"/>; empty where it is not stated.</summary>
    /// <exception cref="UsageException"><paramref name="key"/> is not one of <see cref="Keys"/>.</exception>
    public static string ValueOf(Platform platform, string key) => key switch
    {
        "engine" => platform.Engine,
        "version" => platform.Version,
        "device" => platform.Device,
        "arch" => platform.Architecture,
        "precision" => platform.Precision,
        "kernels" => platform.Kernels,
        "parallel" => platform.Parallelism,
        "batch" => platform.Batch == 0 ? "" : platform.Batch.ToString(CultureInfo.InvariantCulture),
        _ => throw UnknownKey(key),
    };

    /// <summary>The canonical text of <paramref name="platform"/>.</summary>
    public static string Format(Platform platform) =>
        string.Join(' ', Keys.Select(key => (key, value: ValueOf(platform, key)))
            .Where(pair => pair.value.Length > 0)
            .Select(pair => $"{pair.key}={pair.value}"));

    /// <summary>Reads a whole platform, as <c>--platform</c> and datasets give it.</summary>
    /// <exception cref="UsageException">A pair is malformed, a key unknown or given twice, or the engine is missing.</exception>
    public static Platform Parse(string text)
    {
        var pairs = ParsePairs(text);
        string Get(string key) => pairs.GetValueOrDefault(key, "");
        if (Get("engine").Length == 0)
        {
            throw new UsageException($"Platform \"{text}\" names no engine. Give at least engine=NAME, such as engine=vllm.");
        }

        var batch = 0;
        if (Get("batch") is { Length: > 0 } given
            && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out batch) || batch < 1))
        {
            throw new UsageException($"Platform \"{text}\": batch=\"{given}\" is not a whole number above 0.");
        }

        return new Platform
        {
            Engine = Get("engine"),
            Version = Get("version"),
            Device = Get("device"),
            Architecture = Get("arch"),
            Precision = Get("precision"),
            Kernels = Get("kernels"),
            Parallelism = Get("parallel"),
            Batch = batch,
        };
    }

    /// <summary>Reads <c>key=value</c> pairs; a value may stand in double quotes, its spaces and commas become <c>-</c>, other spellings the usual ones.</summary>
    /// <exception cref="UsageException">A pair is malformed, or a key is unknown or given twice.</exception>
    public static IReadOnlyDictionary<string, string> ParsePairs(string text)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in Split(text))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0 || at == part.Length - 1)
            {
                throw new UsageException($"\"{part}\" is not key=value. Known keys: {string.Join(", ", Keys)}.");
            }

            var key = part[..at].ToLowerInvariant();
            key = key == "gpu" ? "device" : key;
            if (!Keys.Contains(key))
            {
                throw UnknownKey(key);
            }

            if (!pairs.TryAdd(key, PlatformWords.Usual(key, part[(at + 1)..].ToLowerInvariant())))
            {
                throw new UsageException($"\"{text}\" gives {key} twice.");
            }
        }

        return pairs;
    }

    private static IEnumerable<string> Split(string text)
    {
        var part = new StringBuilder();
        var quoted = false;
        foreach (var c in text)
        {
            var separates = char.IsWhiteSpace(c) || c == ',';
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!separates)
            {
                part.Append(c);
            }
            else if (quoted)
            {
                part.Append('-');
            }
            else if (part.Length > 0)
            {
                yield return part.ToString();
                part.Clear();
            }
        }

        if (part.Length > 0)
        {
            yield return part.ToString();
        }
    }

    private static UsageException UnknownKey(string key) =>
        new($"Unknown platform key \"{key}\". Known keys: {string.Join(", ", Keys)}.");
}
