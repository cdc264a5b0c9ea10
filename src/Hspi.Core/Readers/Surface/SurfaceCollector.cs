namespace Hspi.Readers.Surface;

/// <summary>Adds up what single answers show, in constant memory.</summary>
public sealed class SurfaceCollector
{
    private const int MostVersions = 8;

    private readonly Dictionary<string, SurfaceMatch> _best = new(StringComparer.Ordinal);
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
        var ranked = _best.Values.OrderByDescending(match => match.Points).ThenBy(match => match.Signature.Engine, StringComparer.Ordinal).ToList();
        var several = ranked.Count > 1;
        var best = ranked.FirstOrDefault();
        var engine = best is not null && !several && SurfaceReader.Suffices(best.Points) ? best.Signature.Engine : SurfaceReader.Unknown;
        var known = engine != SurfaceReader.Unknown;
        var weak = ranked.Select(match => match.Signature.Engine).Concat(_families);
        var versions = !known ? "" : _versions.Count > 0 ? string.Join(", ", _versions) : best!.Signature.Versions;
        var resembles = known ? "" : string.Join(", ", weak);
        var seen = known
            ? $"{best!.Signature.Label} ({best.Signature.File}, line {best.Signature.Line}) matches with {best.Points} points."
            : several ? $"Answers look like different engines ({resembles}): something may stand between, or several serve."
            : resembles.Length > 0 ? $"No signature names it; it looks like {resembles}."
            : _answers == 0 ? "There is no answer." : "No signature matches.";
        var probability = known ? SurfaceReader.Probability(best!.Points) : best is null ? 1 : several ? 0.5 : 1 - SurfaceReader.Probability(best.Points);
        return new SurfaceFinding(engine, probability, versions, resembles, known || _unknown is null ? "" : Paste(_unknown), new Reading(
            SurfaceReader.Name, Aspect.Engine, seen, Likelihoods(ranked), _answers,
            "Answers with headers, an error, or another route of the same server would show more of its surface."))
        {
            Cores = best?.Signature.Cores ?? [],
        };
    }

    private static Dictionary<string, double> Likelihoods(List<SurfaceMatch> ranked)
    {
        var likelihoods = ranked.ToDictionary(match => match.Signature.Engine, match => SurfaceReader.LogLikelihood(match.Points), StringComparer.Ordinal);
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
        "  why     WHY (turn what is peculiar into must, drop the rest)",
        "  source  WHERE",
        "  samples 1",
        "  date    YYYY-MM-DD",
    ]);
}
