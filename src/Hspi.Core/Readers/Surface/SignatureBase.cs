using System.Globalization;
using System.Text.RegularExpressions;
using Hspi.Networks;

namespace Hspi.Readers.Surface;

/// <summary>The signatures of all engines, in the order in which they are tried: specific ones as written, then generic ones.</summary>
/// <param name="Signatures">In that order.</param>
public sealed partial record SignatureBase(IReadOnlyList<Signature> Signatures)
{
    private const string Hint = "See probes/signatures/README.md.";

    /// <summary>The base beside the program, in <c>data/probes/signatures</c>, or below HSPI_DATA.</summary>
    /// <exception cref="HspiException"><inheritdoc cref="Load" path="/exception"/></exception>
    public static SignatureBase Default() => Load(Path.Combine(NetworkLibrary.DefaultFolder, "probes", "signatures"));

    /// <summary>Reads every <c>*.txt</c> of a folder, in alphabetical order.</summary>
    /// <exception cref="HspiException">A file cannot be read, a line is malformed, a signature can never be reached, or an engine's cores are given twice; with its line.</exception>
    public static SignatureBase Load(string folder)
    {
        string[] files;
        try
        {
            files = [.. Directory.GetFiles(folder, "*.txt").Order(StringComparer.Ordinal)];
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{folder}: the signature base cannot be read: {missing.Message} It belongs into data/probes/signatures beside the program, or where HSPI_DATA points.", missing);
        }

        return files.Length == 0
            ? throw new HspiException($"{folder}: holds no signatures (*.txt). {Hint}")
            : From(files.SelectMany(file => Read(file, File.ReadAllLines(file))));
    }

    /// <summary>Orders signatures, gives the cores that one of them states to all of its engine, and refuses those that can never be reached.</summary>
    public static SignatureBase From(IEnumerable<Signature> signatures)
    {
        var ordered = signatures.OrderBy(signature => signature.Specific ? 0 : 1).ToList();
        for (var later = 1; later < ordered.Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                if (ordered[later].Specific == ordered[earlier].Specific && ordered[later].IsShadowedBy(ordered[earlier]))
                {
                    throw new HspiException(
                        $"{ordered[later].File}({ordered[later].Line}): {ordered[later].Label} can never be reached: {ordered[earlier].Label} at {ordered[earlier].File}({ordered[earlier].Line}) matches whenever it does. Move it up, or give the earlier one a condition that it lacks. {Hint}");
                }
            }
        }

        var cores = new Dictionary<string, Signature>(StringComparer.Ordinal);
        foreach (var signature in ordered.Where(signature => signature.Cores.Count > 0))
        {
            if (!cores.TryAdd(signature.Engine, signature))
            {
                throw new HspiException(
                    $"{signature.File}({signature.Line}): the cores of {signature.Engine} are already given at {cores[signature.Engine].File}({cores[signature.Engine].Line}), and hold for every signature of it. Keep one of the two lines. {Hint}");
            }
        }

        return new SignatureBase([.. ordered.Select(signature => cores.TryGetValue(signature.Engine, out var given) ? signature with { Cores = given.Cores } : signature)]);
    }

    /// <summary>Reads the blocks of one file.</summary>
    public static IEnumerable<Signature> Read(string file, IReadOnlyList<string> lines)
    {
        for (var at = 0; at < lines.Count;)
        {
            if (IsEmpty(lines[at]))
            {
                at++;
                continue;
            }

            var end = at + 1;
            while (end < lines.Count && (IsEmpty(lines[end]) || lines[end][0] == ' '))
            {
                end++;
            }

            yield return Block(file, lines, at, end);
            at = end;
        }
    }

    private static Signature Block(string file, IReadOnlyList<string> lines, int start, int end)
    {
        var label = LabelForm().Match(lines[start].TrimEnd());
        if (!label.Success)
        {
            throw Wrong(file, start, $"\"{lines[start]}\" is no label. Write s:engine:versions:flavour, or g:… for a family");
        }

        List<Expression> must = [], adds = [], never = [];
        List<SharedTraits>? shared = null;
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        Expression? version = null;
        string[] cores = [];
        for (var at = start + 1; at < end; at++)
        {
            if (IsEmpty(lines[at]))
            {
                continue;
            }

            var text = lines[at].Trim();
            var space = text.IndexOf(' ', StringComparison.Ordinal);
            var (word, rest) = space < 0 ? (text, "") : (text[..space], text[(space + 1)..].Trim());
            switch (word)
            {
                case "must": must.Add(Condition(file, at, rest, scored: true)); break;
                case "adds": adds.Add(Condition(file, at, rest, scored: true)); break;
                case "never": never.Add(Condition(file, at, rest, scored: false)); break;
                case "version": version = Condition(file, at, rest, scored: false); break;
                case "cores": cores = Cores(file, at, rest, label.Groups[1].Value == "s", label.Groups[2].Value); break;
                case "shared": Share(file, at, rest, shared ??= []); break;
                case "why" or "source" or "samples" or "date":
                    if (!texts.TryAdd(word, rest))
                    {
                        throw Wrong(file, at, $"\"{word}\" is given twice");
                    }

                    break;
                default: throw Wrong(file, at, $"\"{word}\" is not one of must, adds, never, version, cores, shared, why, source, samples, date");
            }
        }

        if (must.Count == 0)
        {
            throw Wrong(file, start, "a signature without a must would match everything");
        }

        var specific = label.Groups[1].Value == "s";
        if (specific != shared is not null)
        {
            throw Wrong(file, start, specific ? "it does not say what forks share: write \"shared none\", or \"shared FORK all\"" : "a family shares nothing: it names no engine");
        }

        string Text(string word) => texts.TryGetValue(word, out var value) && value.Length > 0 ? value : throw Wrong(file, start, $"\"{word}\" is missing");
        if (!int.TryParse(Text("samples"), NumberStyles.None, CultureInfo.InvariantCulture, out var samples) || !DateOnly.TryParseExact(Text("date"), "yyyy-MM-dd", out _))
        {
            throw Wrong(file, start, "samples is not a whole number, or date not yyyy-mm-dd");
        }

        return new Signature
        {
            Specific = specific,
            Engine = label.Groups[2].Value,
            Versions = label.Groups[3].Value,
            Flavour = label.Groups[4].Value,
            Must = must,
            Adds = adds,
            Never = never,
            Version = version,
            Cores = cores,
            Shared = shared ?? [],
            Why = Text("why"),
            Source = Text("source"),
            Samples = samples,
            Date = Text("date"),
            File = Path.GetFileName(file),
            Line = start + 1,
        };
    }

    private static string[] Cores(string file, int at, string text, bool specific, string engine)
    {
        var cores = text.Split(',', StringSplitOptions.TrimEntries);
        return !specific ? throw Wrong(file, at, "a family has no cores: it names no engine")
            : !cores.All(core => CoreForm().IsMatch(core)) ? throw Wrong(file, at, $"\"{text}\" are no cores. Write names of engines, ENGINE,ENGINE")
            : cores.Contains(engine) ? throw Wrong(file, at, $"{engine} is named as its own core. Write only the engines inside it")
            : cores;
    }

    /// <summary><c>none</c>, <c>FORK all</c>, or <c>FORK FIELD,FIELD</c>.</summary>
    private static void Share(string file, int at, string text, List<SharedTraits> shared)
    {
        if (text == "none")
        {
            return;
        }

        var parts = text.Split(' ', 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2 || !CoreForm().IsMatch(parts[0]))
        {
            throw Wrong(file, at, $"\"{text}\" is not what a fork shares. Write none, FORK all, or FORK FIELD,FIELD");
        }

        shared.Add(new SharedTraits(parts[0], parts[1] == "all" ? [] : parts[1].Split(',', StringSplitOptions.TrimEntries)));
    }

    private static Expression Condition(string file, int at, string text, bool scored)
    {
        var form = (scored ? ScoredForm() : PlainForm()).Match(text);
        if (!form.Success)
        {
            throw Wrong(file, at, $"\"{text}\" is no condition. Write FIELD = VALUE, FIELD ~ PATTERN, FIELD has KEY,KEY, FIELD order KEY,KEY or FIELD exists{(scored ? ", then the points" : "")}");
        }

        try
        {
            return new Expression(
                form.Groups["field"].Value,
                form.Groups["exists"].Success ? "exists" : form.Groups["operator"].Value,
                form.Groups["value"].Value,
                scored ? int.Parse(form.Groups["points"].ValueSpan, CultureInfo.InvariantCulture) : 0,
                at + 1);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new HspiException($"{file}({at + 1}): the pattern is not one: {wrong.Message} {Hint}", wrong);
        }
    }

    private static HspiException Wrong(string file, int at, string what) => new($"{file}({at + 1}): {what}. {Hint}");

    private static bool IsEmpty(string line) => string.IsNullOrWhiteSpace(line) || line.TrimStart()[0] == '#';

    [GeneratedRegex(@"^([sg]):([^:\s]+):([^:\s]+):([^:\s]+)$")]
    private static partial Regex LabelForm();

    [GeneratedRegex(@"^[^:\s]+$")]
    private static partial Regex CoreForm();

    [GeneratedRegex(@"^(?<field>[a-z_.\-]+) (?:(?<exists>exists)|(?<operator>=|~|has|order) (?<value>.+?))\s+(?<points>[0-9]{1,2})$")]
    private static partial Regex ScoredForm();

    [GeneratedRegex(@"^(?<field>[a-z_.\-]+) (?:(?<exists>exists)|(?<operator>=|~|has|order) (?<value>.+?))$")]
    private static partial Regex PlainForm();
}
