using System.Globalization;

namespace Hspi.Mutation;

/// <summary>What the command line asks for.</summary>
/// <param name="Paths">Folders or files below src/Hspi.Core that get faults.</param>
/// <param name="Except">Beginnings of paths that get none.</param>
/// <param name="Floor">Least score, in percent; below it the exit code is 1.</param>
/// <param name="Workers">Test programs that run at the same time.</param>
/// <param name="Most">Faults of one folder at most; of more, always the same ones are drawn by lot.</param>
internal sealed record Arguments(IReadOnlyList<string> Paths, IReadOnlyList<string> Except, double Floor, int Workers, int Most)
{
    /// <summary>Reads <c>PATH… [--except PATH]… [--floor PERCENT] [--workers N] [--most N]</c>.</summary>
    /// <exception cref="ArgumentException">A word that is not one of these.</exception>
    public static Arguments Parse(string[] words)
    {
        var parsed = new Arguments([], [], 0, Environment.ProcessorCount, int.MaxValue);
        for (var at = 0; at < words.Length; at++)
        {
            string Value() => ++at < words.Length ? words[at] : throw new ArgumentException($"{words[at - 1]} needs a value.");
            parsed = words[at] switch
            {
                "--except" => parsed with { Except = [.. parsed.Except, Value()] },
                "--floor" => parsed with { Floor = double.Parse(Value(), CultureInfo.InvariantCulture) },
                "--workers" => parsed with { Workers = int.Parse(Value(), CultureInfo.InvariantCulture) },
                "--most" => parsed with { Most = int.Parse(Value(), CultureInfo.InvariantCulture) },
                ['-', ..] => throw new ArgumentException($"{words[at]} is not one of --except, --floor, --workers, --most."),
                var path => parsed with { Paths = [.. parsed.Paths, path] },
            };
        }

        return parsed.Paths.Count > 0 ? parsed : throw new ArgumentException("Name a folder or file below src/Hspi.Core, such as Verdicts.");
    }
}
