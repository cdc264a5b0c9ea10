namespace Hspi.Readers.Surface;

/// <summary>Adds up what single answers show, in constant memory.</summary>
public sealed class SurfaceCollector
{
    private const int MostVersions = 8;

    private readonly Dictionary<string, SurfaceMatch> _best = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _forks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _addressed = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _versions = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _families = new(StringComparer.Ordinal);
    private SurfacePrint? _unknown;
    private int _answers;

    /// <summary>Takes one more answer: its print, and the signatures that it matches.</summary>
    public void Add(SurfacePrint print, IEnumerable<SurfaceMatch> matches)
    {
        _answers++;
        var named = false;
        foreach (var match in matches)
        {
            if (!match.Signature.Specific)
            {
                _families.Add(match.Signature.Engine);
                continue;
            }

            named = true;
            if (!_best.TryGetValue(match.Signature.Engine, out var best) || match.Points > best.Points)
            {
                _best[match.Signature.Engine] = match;
            }

            if (match.Signature.IsAddress)
            {
                _addressed.Add(match.Signature.Engine);
            }

            // One answer that tells them apart is enough: no fork prints it.
            if (!_forks.TryAdd(match.Signature.Engine, [.. match.Forks]))
            {
                _forks[match.Signature.Engine].IntersectWith(match.Forks);
            }

            if (match.Version.Length > 0 && _versions.Count < MostVersions)
            {
                _versions.Add(match.Version);
            }
        }

        _unknown ??= named ? null : print;
    }

    /// <summary>What all answers so far say together.</summary>
    public SurfaceFinding Finding()
    {
        // A service is named by its address, whatever shows through. What an engine and its fork both print is the fork's where another answer shows the fork.
        var ranked = _best.Values
            .Where(match => _addressed.Count == 1 ? _addressed.Contains(match.Signature.Engine) : !_forks[match.Signature.Engine].Any(_best.ContainsKey))
            .OrderByDescending(match => match.Points).ThenBy(match => match.Signature.Engine, StringComparer.Ordinal).ToList();
        var several = ranked.Count > 1;
        var best = ranked.FirstOrDefault();
        var forks = best is null ? "" : string.Join(", ", _forks[best.Signature.Engine].Order(StringComparer.Ordinal));
        var fits = best is not null && !several && SurfaceReader.Suffices(best.Points);
        var known = fits && forks.Length == 0;
        var engine = known ? best!.Signature.Engine : SurfaceReader.Unknown;
        var versions = !known ? "" : _versions.Count > 0 ? string.Join(", ", _versions) : best!.Signature.Versions;
        var resembles = known ? "" : string.Join(", ", ranked.Select(match => WithForks(match.Signature.Engine)).Concat(_families));
        var where = best is null ? "" : $"{best.Signature.Label} ({best.Signature.File}, line {best.Signature.Line}) matches with {best.Points} points{(best.Signature.Samples == 0 ? ", fewer because it rests on no recorded answer" : "")}";
        var inside = string.Join(", ", _best.Keys.Where(engine => _addressed.Count == 1 && !_addressed.Contains(engine)).Select(WithForks).Order(StringComparer.Ordinal));
        var seen = known ? $"{where}.{(inside.Length > 0 ? $" What shows through looks like {inside}." : "")}"
            : fits ? $"{where}, and so would an answer of {forks}: it is {WithForks(best!.Signature.Engine)}."
            : several ? $"Answers look like different engines ({resembles}): something may stand between, or several serve."
            : resembles.Length > 0 ? $"No signature names it; it looks like {resembles}."
            : _answers == 0 ? "There is no answer." : "No signature matches.";
        var probability = known ? SurfaceReader.Probability(best!.Points) : best is null ? 1 : several || fits ? 0.5 : 1 - SurfaceReader.Probability(best.Points);
        return new SurfaceFinding(engine, probability, versions, resembles, known || _unknown is null ? "" : Paste(_unknown), new Reading(
            SurfaceReader.Name, Aspect.Engine, seen, Likelihoods(ranked), _answers,
            fits && !known ? "The list of models, whose owner a fork writes as itself."
                : "Answers with headers, an error, or another route of the same server would show more of its surface."))
        {
            Cores = best?.Signature.Cores ?? [],
            IsForkOrOrigin = fits && !known,
        };
    }

    private string WithForks(string engine) => _forks[engine].Count == 0 ? engine : $"{engine} or a fork of it ({string.Join(", ", _forks[engine].Order(StringComparer.Ordinal))})";

    /// <summary>A fork that prints the same is as likely as its origin.</summary>
    private Dictionary<string, double> Likelihoods(List<SurfaceMatch> ranked)
    {
        var likelihoods = ranked.ToDictionary(match => match.Signature.Engine, match => SurfaceReader.LogLikelihood(match.Points), StringComparer.Ordinal);
        foreach (var (fork, points) in ranked.SelectMany(match => _forks[match.Signature.Engine].Select(fork => (fork, match.Points))))
        {
            likelihoods.TryAdd(fork, SurfaceReader.LogLikelihood(points));
        }

        if (likelihoods.Count > 0)
        {
            likelihoods[SurfaceReader.Unknown] = 0;
        }

        return likelihoods;
    }

    private static string Paste(SurfacePrint print) => string.Join('\n',
    [
        "s:NAME:*:FLAVOUR",
        .. print.ToSignatureLines(),
        "  shared  none",
        "  why     WHY (turn what is peculiar into must, drop the rest)",
        "  source  WHERE",
        "  samples 1",
        "  date    YYYY-MM-DD",
    ]);
}
