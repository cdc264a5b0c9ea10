using Hspi.Comparisons;
using Hspi.Dialects;
using Hspi.Probes;

namespace Hspi.Evaluation;

/// <summary>How well two sides are told apart from one token a prompt, and how often equal ones are called different; ours beside LT and MET on the same answers.</summary>
/// <remarks>
/// From recordings of busy servers (<see cref="UnderLoad"/>): runs of one setting handed to two sides by lot are equal pairs; runs of two settings that
/// differ in weights or in kernels are different ones. Pairs that share a setting are not independent: intervals are those of a bootstrap over settings.
/// </remarks>
public sealed class CompareEvaluation
{
    private const int PromptsPerPair = 8;
    private const int RunsPerSide = 3;
    private const int DrawsPerPair = 4;
    private const int LongRounds = 20;
    private const int Bootstraps = 1000;

    private readonly List<Server> _servers;
    private readonly List<List<string>> _groups;

    /// <param name="lines">The file.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <exception cref="HspiException">A line is damaged, or a setting has too few runs.</exception>
    public CompareEvaluation(IEnumerable<string> lines, string name)
    {
        var read = lines.Select((line, index) => UnderLoad.Read(line, name, index + 1)).ToList();
        _groups = [.. read.Select(one => one.Prompt).Distinct().Chunk(PromptsPerPair).Where(group => group.Length == PromptsPerPair).Select(group => group.ToList())];
        _servers =
        [
            .. read.Where(one => !one.Quiet).GroupBy(one => one.Server).Select(server => new Server(
                server.Key.Precision, server.Key.Kernels,
                [.. server.GroupBy(one => one.Run).OrderBy(run => run.Key).Select(run => run.DistinctBy(one => one.Prompt).ToDictionary(one => one.Prompt, one => one.Answer, StringComparer.Ordinal))])),
        ];
        if (_groups.Count == 0 || _servers.Count < 2 || _servers.Exists(server => server.Runs.Count < 2 * RunsPerSide || server.Runs.Exists(run => _groups.Exists(group => group.Exists(prompt => !run.ContainsKey(prompt))))))
        {
            throw new HspiException($"{name}: every setting needs {2 * RunsPerSide} runs under load of {PromptsPerPair} prompts at least, and there must be two settings.");
        }
    }

    /// <summary>Compares all pairs.</summary>
    /// <param name="tokens">Tokens of each answer that are used, the first ones.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    public CompareScore Run(int tokens, CancellationToken cancellationToken)
    {
        var (equal, longer, different) = (new List<Trial>(), new List<Trial>(), new List<Trial>());
        var chance = new SeededNormal(1);
        for (var one = 0; one < _servers.Count; one++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var group in _groups)
            {
                foreach (var half in Halves())
                {
                    var rest = Enumerable.Range(0, 2 * RunsPerSide).Except(half).ToList();
                    equal.Add(Try("equal", one, _servers[one], half, _servers[one], rest, group, tokens));
                }

                for (var draw = 0; draw < DrawsPerPair; draw++)
                {
                    longer.Add(Try("equal", one, _servers[one], Drawn(_servers[one].Runs.Count, LongRounds, ref chance), _servers[one], Drawn(_servers[one].Runs.Count, LongRounds, ref chance), group, tokens));
                    for (var other = 0; other < one; other++)
                    {
                        if (Change(_servers[one], _servers[other]) is { } change)
                        {
                            different.Add(Try(change, (one * _servers.Count) + other, _servers[one], Some(_servers[one].Runs.Count, ref chance), _servers[other], Some(_servers[other].Runs.Count, ref chance), group, tokens));
                        }
                    }
                }
            }
        }

        return new CompareScore(
            tokens, PromptsPerPair * RunsPerSide,
            [.. different.GroupBy(trial => trial.Change).Append(different.GroupBy(_ => "all").Single()).SelectMany(change => Score(change.Key, [.. change], equal))],
            [
                Alarms("p at the end", equal, trial => trial.Found.P <= Comparison.FalseAlarms),
                Alarms("evidence watched after each answer", equal, trial => trial.Found.Evidence >= 1 / Comparison.FalseAlarms),
                Alarms("verdict: either, each at half", equal, trial => trial.Found.Verdict == Sameness.Different),
                Alarms($"evidence, {LongRounds} rounds drawn from the runs", longer, trial => trial.Found.Evidence >= 1 / Comparison.FalseAlarms),
                Alarms($"verdict, {LongRounds} rounds drawn from the runs", longer, trial => trial.Found.Verdict == Sameness.Different),
                Alarms("LT at the end", equal, trial => trial.Found.Lt?.P <= Comparison.FalseAlarms),
                Alarms("MET at the end", equal, trial => trial.Found.Met.P <= Comparison.FalseAlarms),
            ],
            [.. different.GroupBy(trial => trial.Change).Select(change => new SeenScore(
                change.Key, change.Count(), Interval.Wilson(change.Count(trial => trial.Found.Verdict == Sameness.Different), change.Count()),
                Interval.Wilson(change.Count(trial => trial.Found.Lt?.P <= Comparison.FalseAlarms), change.Count()),
                Interval.Wilson(change.Count(trial => trial.Found.Met.P <= Comparison.FalseAlarms), change.Count())))],
            [.. different.GroupBy(trial => trial.Change).Select(change => SizesOf(change.Key, change.Select(trial => trial.Found.Between ?? 0)))]);
    }

    private static SizeScore SizesOf(string change, IEnumerable<double> sizes)
    {
        var sorted = sizes.Order().ToList();
        return new SizeScore(change, sorted[0], sorted[sorted.Count / 2], sorted[^1]);
    }

    private static AlarmScore Alarms(string rule, List<Trial> equal, Func<Trial, bool> alarm) => new(rule, equal.Count, Interval.Wilson(equal.Count(alarm), equal.Count));

    /// <summary>One change only; null where weights and kernels both differ.</summary>
    private static string? Change(Server one, Server other) => (one.Weights != other.Weights, one.Kernels != other.Kernels) switch
    {
        (true, false) => "weights",
        (false, true) => "kernels",
        _ => null,
    };

    private static Trial Try(string change, int cluster, Server a, IReadOnlyList<int> runsOfA, Server b, IReadOnlyList<int> runsOfB, List<string> prompts, int tokens) =>
        new(change, cluster, Comparison.Tested(Side(a, runsOfA, prompts, tokens), Side(b, runsOfB, prompts, tokens)));

    private static ComparedSide Side(Server server, IReadOnlyList<int> runs, List<string> prompts, int tokens) => new(
        server.Weights,
        [.. runs.SelectMany((run, round) => prompts.Select(prompt => new Sample(prompt, round, Cut(server.Runs[run][prompt], tokens))))]);

    private static ParsedAnswer Cut(ParsedAnswer answer, int tokens) => answer.Steps.Count <= tokens
        ? answer
        : answer with { Steps = [.. answer.Steps.Take(tokens)], Text = string.Concat(answer.Steps.Take(tokens).Select(step => step.Token)) };

    /// <summary>Every way to halve six runs, each once.</summary>
    private static IEnumerable<List<int>> Halves() =>
        from second in Enumerable.Range(1, (2 * RunsPerSide) - 1)
        from third in Enumerable.Range(second + 1, Math.Max(0, (2 * RunsPerSide) - second - 1))
        select new List<int> { 0, second, third };

    private static List<int> Some(int runs, ref SeededNormal chance)
    {
        var order = Enumerable.Range(0, runs).ToList();
        for (var last = runs - 1; last > 0; last--)
        {
            var other = chance.Next(last + 1);
            (order[last], order[other]) = (order[other], order[last]);
        }

        return order[..RunsPerSide];
    }

    private static List<int> Drawn(int runs, int count, ref SeededNormal chance)
    {
        List<int> drawn = [];
        while (drawn.Count < count)
        {
            drawn.Add(chance.Next(runs));
        }

        return drawn;
    }

    private static IEnumerable<AucScore> Score(string change, List<Trial> different, List<Trial> equal)
    {
        yield return Auc("ours", trial => trial.Found.Numbers?.Score ?? 0);
        yield return Auc("ours, evidence", trial => trial.Found.Evidence);
        yield return Auc("LT, as published", trial => trial.Found.Lt?.Statistic ?? 0);
        yield return Auc("LT, in deviations", trial => trial.Found.Lt?.Score ?? 0);
        yield return Auc("MET, as published", trial => trial.Found.Met.Statistic);

        AucScore Auc(string test, Func<Trial, double> score) => new(change, test, different.Count, equal.Count, WithInterval(
            [.. different.GroupBy(trial => trial.Cluster).Select(cluster => cluster.Select(score).ToList())],
            [.. equal.GroupBy(trial => trial.Cluster).Select(cluster => cluster.Select(score).ToList())]));
    }

    private static Interval WithInterval(List<List<double>> different, List<List<double>> equal)
    {
        var chance = new SeededNormal(1);
        List<double> drawn = [];
        for (var i = 0; i < Bootstraps; i++)
        {
            drawn.Add(AucOf(Resampled(different, ref chance), Resampled(equal, ref chance)));
        }

        drawn.Sort();
        return new Interval(AucOf([.. different.SelectMany(one => one)], [.. equal.SelectMany(one => one)]), drawn[(int)(0.025 * Bootstraps)], drawn[(int)(0.975 * Bootstraps)]);
    }

    private static List<double> Resampled(List<List<double>> clusters, ref SeededNormal chance)
    {
        List<double> drawn = [];
        foreach (var _ in clusters)
        {
            drawn.AddRange(clusters[chance.Next(clusters.Count)]);
        }

        return drawn;
    }

    /// <summary>The share of pairs of a different and an equal one in which the different one has the higher score; ties are half.</summary>
    internal static double AucOf(List<double> different, List<double> equal)
    {
        var sorted = equal.Order().ToArray();
        return different.Average(score => (Below(sorted, score, orEqual: false) + Below(sorted, score, orEqual: true)) / (2.0 * sorted.Length));
    }

    private static int Below(double[] sorted, double score, bool orEqual)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted[middle] < score || (orEqual && sorted[middle] == score) ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private sealed record Server(string Weights, string Kernels, List<Dictionary<string, ParsedAnswer>> Runs);

    private sealed record Trial(string Change, int Cluster, Comparison Found);
}

/// <summary>How well sides are told apart.</summary>
/// <param name="Tokens">Of each answer.</param>
/// <param name="AnswersPerSide">Answers.</param>
/// <param name="Aucs">By kind of change and test.</param>
/// <param name="Alarms">Equal pairs that were called different.</param>
/// <param name="Seen">Different pairs that were called so.</param>
/// <param name="Sizes">How far the kinds of change moved log-odds.</param>
public sealed record CompareScore(int Tokens, int AnswersPerSide, IReadOnlyList<AucScore> Aucs, IReadOnlyList<AlarmScore> Alarms, IReadOnlyList<SeenScore> Seen, IReadOnlyList<SizeScore> Sizes);

/// <summary>Area under the curve of one test.</summary>
/// <param name="Change"><c>weights</c>, <c>kernels</c> or <c>all</c>.</param>
/// <param name="Test">Its name.</param>
/// <param name="Different">Pairs.</param>
/// <param name="Equal">Pairs.</param>
/// <param name="Auc">With the 95 % interval of a bootstrap over settings.</param>
public sealed record AucScore(string Change, string Test, int Different, int Equal, Interval Auc);

/// <summary>False alarms of one rule at 1 %.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Equal">Pairs.</param>
/// <param name="Share">Called different.</param>
public sealed record AlarmScore(string Rule, int Equal, Interval Share);

/// <summary>Different pairs that were called so, at 1 % false alarms.</summary>
/// <param name="Change">Of what kind.</param>
/// <param name="Different">Pairs.</param>
/// <param name="Ours">The verdict.</param>
/// <param name="Lt">LT's p.</param>
/// <param name="Met">MET's p.</param>
public sealed record SeenScore(string Change, int Different, Interval Ours, Interval Lt, Interval Met);

/// <summary>Median distance of log-odds between the sides, over pairs, in nats.</summary>
/// <param name="Change">Of what kind.</param>
/// <param name="Least">Smallest.</param>
/// <param name="Median">Median.</param>
/// <param name="Most">Largest.</param>
public sealed record SizeScore(string Change, double Least, double Median, double Most);
