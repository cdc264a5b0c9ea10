using System.Globalization;
using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Platforms;
using Hspi.Probes;
using Hspi.Readers;
using Hspi.Readers.Lattice;
using Hspi.Readers.References;
using Hspi.Verdicts;

namespace Hspi.Evaluation;

/// <summary>What true and false claims about enrolled platforms are told, while the true platform and others are kept out of the enrolled set.</summary>
/// <remarks>
/// The adversary here is ignorance: a platform serves, says the truth, and was never enrolled, while others that share its bits, or
/// its words, were. Every accusation of a true claim is a false one. Claims of one platform are not independent: the number of
/// platforms is the sample, and the number of claims says only how hard it was tried.
/// </remarks>
public sealed class ClaimEvaluation
{
    /// <summary>Alternatives that an endpoint prints.</summary>
    private const int Listed = 20;

    private readonly ReferenceSet _references;
    private readonly string _decimals;
    private readonly List<IReadOnlyList<ReferenceAgreement>> _agreements = [];
    private readonly List<Reading> _heads = [];
    private readonly List<Platform> _platforms;

    /// <param name="references">The classes, from two.</param>
    /// <param name="decimals">Decimals printed; null for all digits.</param>
    public ClaimEvaluation(ReferenceSet references, int? decimals)
    {
        _references = references;
        _decimals = decimals?.ToString(CultureInfo.InvariantCulture) ?? "all";
        _platforms = [.. references.Classes.SelectMany(one => one.Members)];
        var comparison = new ReferenceComparison(references);
        foreach (var asked in references.Classes)
        {
            var answers = references.Prompts.Select((prompt, number) => (prompt.Text, Answer: Printed(asked.Answers[number], decimals))).ToList();
            _agreements.Add([.. comparison.Compare(answers).Select(match => match.Agreement)]);
            _heads.Add(LogitLatticeReader.Read(answers.Select(one => one.Answer)).Reading);
        }
    }

    /// <summary>True claims of every platform: all sets of its columns, and shorter words for the same.</summary>
    /// <param name="hidden">Which platforms are not enrolled while one serves.</param>
    /// <param name="seed">Of the platforms that <see cref="Hidden.Half"/> leaves out.</param>
    public ClaimScore True(Hidden hidden, ulong seed) => Score($"true, {Name(hidden)}", (served, add) =>
    {
        foreach (var claim in TrueClaims(served))
        {
            add(claim);
        }
    }, hidden, seed);

    /// <summary>Claims of every platform with one column wrong, alone and beside all the true ones, while all are enrolled.</summary>
    /// <param name="key">The wrong column.</param>
    public ClaimScore False(string key) => Score($"false {key}, all enrolled", (served, add) =>
    {
        foreach (var claim in FalseClaims(served, key))
        {
            add(claim);
        }
    }, Hidden.None, 0);

    /// <summary>The false claims of a precision that is wider than what is served: those that cost a buyer.</summary>
    public ClaimScore Flattering() => Score("false precision, wider than served", (served, add) =>
    {
        foreach (var claim in FalseClaims(served, "precision").Where(claim => NumberFormats.IsWider(claim.Columns["precision"], served.Precision)))
        {
            add(claim);
        }
    }, Hidden.None, 0);

    private ClaimScore Score(string name, Action<Platform, Action<PlatformClaim>> claims, Hidden hidden, ulong seed)
    {
        var (consistent, unknown, inconsistent) = (0L, 0L, 0L);
        var accused = new SortedSet<string>(StringComparer.Ordinal);
        var passed = new SortedSet<string>(StringComparer.Ordinal);
        var examples = new List<string>();
        var chance = new SeededNormal(seed);
        for (var index = 0; index < _references.Classes.Count; index++)
        {
            foreach (var served in _references.Classes[index].Members)
            {
                var enrolled = Enrolled(index, served, hidden, ref chance);
                claims(served, claim =>
                {
                    var standings = VerdictRules.Columns(new Observations { Claim = claim, Readings = [_heads[index]], References = enrolled });
                    if (standings.Exists(column => column.Standing == Standing.Contradicted))
                    {
                        inconsistent++;
                        if (accused.Add(served.ToString()))
                        {
                            examples.Add($"{claim}, served by {served}: {standings.First(column => column.Standing == Standing.Contradicted).Reason}");
                        }
                    }
                    else if (standings.TrueForAll(column => column.Standing == Standing.Supported))
                    {
                        consistent++;
                        passed.Add(served.ToString());
                    }
                    else
                    {
                        unknown++;
                    }
                });
            }
        }

        return new ClaimScore(name, _decimals, _platforms.Count, consistent, unknown, inconsistent, accused, passed, examples);
    }

    /// <summary>The classes as they would be without the hidden platforms, with their agreement with what is served.</summary>
    private List<ReferenceAgreement> Enrolled(int servedClass, Platform served, Hidden hidden, ref SeededNormal chance)
    {
        var enrolled = new List<ReferenceAgreement>();
        for (var index = 0; index < _references.Classes.Count; index++)
        {
            var members = new List<Platform>();
            foreach (var member in _references.Classes[index].Members)
            {
                var away = hidden switch
                {
                    Hidden.None => false,
                    Hidden.Served => member == served,
                    Hidden.ServedClass => index == servedClass,
                    Hidden.Half => chance.Next(2) == 0 || member == served,
                    _ => throw new ArgumentOutOfRangeException(nameof(hidden)),
                };
                if (!away)
                {
                    members.Add(member);
                }
            }

            if (members.Count > 0)
            {
                enrolled.Add(_agreements[servedClass][index] with { Members = members });
            }
        }

        return enrolled;
    }

    private IEnumerable<PlatformClaim> TrueClaims(Platform served)
    {
        var stated = PlatformText.Keys.Where(key => PlatformText.ValueOf(served, key).Length > 0).ToList();
        for (var set = 1; set < 1 << stated.Count; set++)
        {
            var keys = stated.Where((_, index) => (set >> index & 1) == 1).ToList();
            yield return Claim(keys.ToDictionary(key => key, key => PlatformText.ValueOf(served, key)));
            var words = keys.ToDictionary(key => key, key => Shorter(key, PlatformText.ValueOf(served, key)));
            if (keys.Exists(key => words[key] != PlatformText.ValueOf(served, key)))
            {
                yield return Claim(words);
            }
        }
    }

    private IEnumerable<PlatformClaim> FalseClaims(Platform served, string key)
    {
        var own = PlatformText.ValueOf(served, key);
        var stated = PlatformText.Keys.Where(one => PlatformText.ValueOf(served, one).Length > 0).ToList();
        foreach (var value in _platforms.Select(other => PlatformText.ValueOf(other, key)).Distinct().Where(value => value.Length > 0 && ClaimMatch.Denies(value, own)))
        {
            yield return Claim(new() { [key] = value });
            yield return Claim(stated.ToDictionary(one => one, one => one == key ? value : PlatformText.ValueOf(served, one)));
        }
    }

    private static PlatformClaim Claim(Dictionary<string, string> columns) => new(columns);

    /// <summary>A shorter word for the same; the whole word where the shorter one is another platform's own.</summary>
    private string Shorter(string key, string value) =>
        value.IndexOfAny(['-', '.']) is > 0 and var at && !_platforms.Exists(other => PlatformText.ValueOf(other, key) == value[..at]) ? value[..at] : value;

    private static string Name(Hidden hidden) => hidden switch
    {
        Hidden.None => "all enrolled",
        Hidden.Served => "the served platform is not enrolled",
        Hidden.ServedClass => "nor is its class",
        Hidden.Half => "nor is a random half of all",
        _ => throw new ArgumentOutOfRangeException(nameof(hidden)),
    };

    private static ParsedAnswer Printed(IReadOnlyList<ReferenceStep> steps, int? decimals) => new()
    {
        Dialect = "enrolled",
        Steps = [.. steps.Select(step => new Step
        {
            Token = step.Token,
            Alternatives = [.. step.Logprobs.Take(Listed).Select(pair => new Alternative(null, pair.Key, ReferenceEvaluation.Rounded(pair.Value, decimals)))],
        })],
    };
}

/// <summary>Platforms that are not enrolled while one serves.</summary>
public enum Hidden
{
    /// <summary>All are enrolled.</summary>
    None,

    /// <summary>The one that serves; others that share all of its bits are.</summary>
    Served,

    /// <summary>All that share its bits.</summary>
    ServedClass,

    /// <summary>The one that serves, and each other with probability one half.</summary>
    Half,
}
