namespace Hspi.Networks.Text;

/// <summary>The words of <c>probes/words.txt</c>, by group.</summary>
/// <param name="Groups">Words in file order by group name, such as <c>animal</c>.</param>
public sealed record WordList(IReadOnlyDictionary<string, IReadOnlyList<string>> Groups)
{
    private static readonly string[] Needed =
        ["name", "animal", "object", "place", "food", "adjective", "colour", "went", "did", "how", "weather", "time", "number", "idea", "nature", "body", "people", "glue", "start"];

    /// <summary>Words that mean something by themselves: what random-word prompts draw from.</summary>
    public IReadOnlyList<string> Content { get; } =
        [.. Groups.Where(group => group.Key is not ("name" or "glue" or "start")).SelectMany(group => group.Value)];

    /// <summary>Reads the file's text.</summary>
    /// <param name="text">Lines <c>group: word word …</c>; <c>#</c> begins a comment line.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="HspiException">A line is malformed, a group is missing, or a word stands twice.</exception>
    public static WordList Parse(string text, string source)
    {
        var groups = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#'))
            {
                continue;
            }

            var at = line.IndexOf(':', StringComparison.Ordinal);
            var words = at < 0 ? [] : line[(at + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (at <= 0 || words.Length == 0 || !groups.TryAdd(line[..at].Trim(), words))
            {
                throw new HspiException($"{source}({number}): not a new \"group: word word …\". See probes/README.md.");
            }

            foreach (var word in words)
            {
                if (!seen.TryAdd(word, number))
                {
                    throw new HspiException($"{source}({number}): \"{word}\" stands in line {seen[word]} already.");
                }
            }
        }

        return Needed.FirstOrDefault(group => !groups.ContainsKey(group)) is { } missing
            ? throw new HspiException($"{source}: no group \"{missing}\". See probes/README.md.")
            : new WordList(groups);
    }

    /// <summary>The tokenizer in which each of these words is one token.</summary>
    public Tokenizer Tokenizer()
    {
        // Inside a text a word follows a space; only names and sentence beginnings also start a line.
        var inside = Groups.SelectMany(group => group.Value).Select(word => " " + word);
        var atStart = Groups["start"].Concat(Groups["name"]).Where(word => char.IsAsciiLetterUpper(word[0]));
        return new Tokenizer([.. inside, .. atStart], vocabulary: 768);
    }
}
