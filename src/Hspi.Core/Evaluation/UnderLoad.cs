using System.Globalization;
using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Platforms;
using Hspi.Probes;
using Hspi.Readers;
using Hspi.Readers.References;
using Hspi.Verdicts;

namespace Hspi.Evaluation;

/// <summary>How well a busy server is named: audits of runs among other callers, against references made of quiet runs and the first busy ones.</summary>
/// <remarks>
/// A file of recordings, one JSON object a line: what sets the server apart (<c>weights</c>, <c>kernels</c>, …), <c>mode</c> (quiet or load), <c>run</c>,
/// <c>prompt</c>, <c>request</c> and the raw <c>response</c> of llama.cpp's completion. Every audit is judged by the rules of <c>hspi verify</c>.
/// </remarks>
public sealed class UnderLoad
{
    private const int QuietRuns = 2;
    private const int BusyRuns = 3;

    private static readonly double[] Shares = [0.5, 0.3, 0.1];

    private static readonly string[] NotOfTheServer = ["weights", "mode", "run", "prompt", "request", "response"];

    private readonly List<Setting> _settings;
    private readonly IReadOnlyList<ReferencePrompt> _prompts;

    /// <param name="lines">The file.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <param name="prompts">Prompts of each run that are used, the first ones.</param>
    /// <exception cref="HspiException">A line is damaged, or a setting has too few runs.</exception>
    public UnderLoad(IEnumerable<string> lines, string name, int prompts)
    {
        var read = lines.Select((line, index) => Read(line, name, index + 1)).ToList();
        _prompts = [.. read.Select(one => one.Prompt).Distinct().Take(prompts).Select(prompt => new ReferencePrompt(prompt, 1))];
        _settings = [.. read.GroupBy(one => one.Server).Select(setting => Setting.Of(setting.Key, [.. setting], _prompts))];
        if (_settings.Count == 0 || _settings.Exists(setting => setting.Audited.Count == 0))
        {
            throw new HspiException($"{name}: every setting needs {QuietRuns} quiet runs and more than {BusyRuns} under load, each with the same prompts.");
        }
    }

    /// <summary>Audits each run under load that is not enrolled.</summary>
    public UnderLoadScore Run()
    {
        var weights = _settings.Select(setting => setting.Server.Precision).Distinct().ToList();
        var (audits, weightsRight, settingRight, falsely, wrong) = (0, 0, 0, 0, 0);
        var all = ComparisonWith(_settings);
        var (truth, lies) = (new ClaimCount(0, 0, 0), new ClaimCount(0, 0, 0));
        foreach (var setting in _settings)
        {
            var alike = Agreements(all, setting.Audited[0]).First(one => one.Class == setting.Name).Alike;
            var without = ComparisonWith([.. _settings.Where(other => !alike.Contains(other.Name))]);
            foreach (var run in setting.Audited)
            {
                audits++;
                var seen = Agreements(all, run);
                settingRight += Named(seen) is { } named && alike.Contains(named) ? 1 : 0;
                weightsRight += weights.TrueForAll(one => Judge(one, seen) is Verdict.Consistent == (one == setting.Server.Precision)) ? 1 : 0;
                truth = truth.And(Judge(setting.Server.Precision, seen));
                lies = weights.Where(one => one != setting.Server.Precision).Aggregate(lies, (count, one) => count.And(Judge(one, seen)));
                // The true setting, and those that are one with it, were never enrolled.
                var others = Agreements(without, run);
                falsely += Named(others) is null ? 0 : 1;
                wrong += weights.Exists(one => one != setting.Server.Precision && Judge(one, others) is Verdict.Consistent) ? 1 : 0;
                truth = truth.And(Judge(setting.Server.Precision, others));
            }
        }

        return new UnderLoadScore(audits, weightsRight, settingRight, new HeldOutScore(audits, falsely, wrong)) { TrueClaims = truth, FalseClaims = lies, Diluted = [.. Shares.Select(share => Dilute(all, share))] };
    }

    /// <summary>Audits of which a share of the answers is another server's, with other weights and the same kernels, while the first one's weights are claimed.</summary>
    private DilutedScore Dilute(ReferenceComparison all, double share)
    {
        var count = new ClaimCount(0, 0, 0);
        var chance = new SeededNormal(1);
        foreach (var setting in _settings)
        {
            foreach (var other in _settings.Where(other => other.Server.Precision != setting.Server.Precision && other.Server.Kernels == setting.Server.Kernels))
            {
                var (own, foreign) = (setting.Audited[0], other.Audited[0]);
                count = count.And(Judge(setting.Server.Precision, Agreements(all, [.. own.Select((answer, prompt) => chance.NextUniform() < share ? foreign[prompt] : answer)])));
            }
        }

        return new DilutedScore(share, count);
    }

    private ReferenceComparison ComparisonWith(IReadOnlyList<Setting> enrolled) => new(new ReferenceSet(_prompts, [.. enrolled.Select(setting => setting.Enrolled)]));

    private IReadOnlyList<ReferenceAgreement> Agreements(ReferenceComparison comparison, List<ParsedAnswer> run) =>
        [.. comparison.Compare(_prompts.Zip(run, (prompt, answer) => (prompt.Text, answer))).Select(match => match.Agreement)];

    /// <summary>The class that these answers are, exactly or as a busy server gives them; one of those that cannot be told apart.</summary>
    private static string? Named(IReadOnlyList<ReferenceAgreement> seen) => ReferenceRules.Recognised(seen) is [var first, ..] ? first.Class : null;

    private static Verdict Judge(string weights, IReadOnlyList<ReferenceAgreement> seen) =>
        VerdictRules.Conclude(new Observations { Claim = new PlatformClaim(new Dictionary<string, string> { ["precision"] = weights }), References = seen }).Verdict;

    internal static Recorded Read(string line, string name, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var fields = json.RootElement;
            string Text(string key) => fields.GetProperty(key).ToString();
            // Whatever else sets settings apart selects kernels, as far as a platform has a column for it.
            var kernels = fields.EnumerateObject().Where(field => !NotOfTheServer.Contains(field.Name)).OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"{field.Name}-{field.Value}".Replace(' ', '-').Replace(',', '-'));
            var answer = new LlamaCompletion().Read(new Exchange(new ExchangeRequest("POST", "completion", [], Text("request")), new ExchangeResponse(200, [], Text("response")), 1));
            return new Recorded(
                new Platform { Engine = "llama.cpp", Precision = Text("weights"), Kernels = string.Join('-', kernels) },
                Text("mode") == "quiet",
                fields.GetProperty("run").GetInt32(),
                Text("prompt"),
                answer);
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new HspiException($"{name}({number}): no recording of a server under load: {damaged.Message}", damaged);
        }
    }

    internal sealed record Recorded(Platform Server, bool Quiet, int Run, string Prompt, ParsedAnswer Answer);

    private sealed record Setting(Platform Server, EnrolledClass Enrolled, IReadOnlyList<List<ParsedAnswer>> Audited)
    {
        public string Name => Enrolled.Name;

        public static Setting Of(Platform server, List<Recorded> recorded, IReadOnlyList<ReferencePrompt> prompts)
        {
            // Runs without every prompt cannot be held against the others.
            List<List<ParsedAnswer>> Runs(bool quiet) =>
            [
                .. recorded.Where(one => one.Quiet == quiet).GroupBy(one => one.Run).OrderBy(run => run.Key)
                    .Select(run => run.DistinctBy(one => one.Prompt).ToDictionary(one => one.Prompt, one => one.Answer))
                    .Where(run => prompts.All(prompt => run.ContainsKey(prompt.Text)))
                    .Select(run => prompts.Select(prompt => run[prompt.Text]).ToList()),
            ];
            var (quiet, busy) = (Runs(true), Runs(false));
            List<List<ParsedAnswer>> enrolled = [.. quiet.Take(QuietRuns), .. busy.Take(BusyRuns)];
            List<List<IReadOnlyList<ReferenceStep>>> answers = enrolled.ConvertAll(run => run.ConvertAll(answer => (IReadOnlyList<ReferenceStep>)[.. answer.Steps.Select(Kept)]));
            return new Setting(
                server,
                new EnrolledClass(server.ToString(), [server], answers.Count > 0 ? answers[0] : [])
                {
                    Others = [.. prompts.Select((_, prompt) => (IReadOnlyList<IReadOnlyList<ReferenceStep>>)[.. answers.Skip(1).Select(run => run[prompt])])],
                    Repeats = prompts.Select((_, prompt) => answers.Take(QuietRuns).Select(run => Text(run[prompt])).Distinct(StringComparer.Ordinal).Count()).Any(different => different > 1) ? Repeats.Differ : Repeats.Agree,
                },
                quiet.Count < QuietRuns ? [] : [.. busy.Skip(BusyRuns)]);
        }

        private static ReferenceStep Kept(Step step) => new(step.Token, ReferenceComparison.Values(step).ToDictionary(value => value.Token, value => value.Text, StringComparer.Ordinal));

        private static string Text(IReadOnlyList<ReferenceStep> steps) => string.Join('\n', steps.Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Token} {string.Join(' ', step.Logprobs.Select(pair => $"{pair.Key} {pair.Value}"))}")));
    }
}

/// <summary>How well servers under load were named.</summary>
/// <param name="Audits">Runs that were audited.</param>
/// <param name="WeightsRight">Of them, those in which the true weight format was confirmed and no other; the rest was unknown, or wrong.</param>
/// <param name="SettingRight">Those whose setting was named rightly, settings that print the same states being one.</param>
/// <param name="HeldOut">The same audits while the true setting is not enrolled.</param>
public sealed record UnderLoadScore(int Audits, int WeightsRight, int SettingRight, HeldOutScore HeldOut)
{
    /// <summary>Claims of the true weight format, while the server is enrolled and while it is not.</summary>
    public ClaimCount TrueClaims { get; init; } = new(0, 0, 0);

    /// <summary>Claims of every other weight format, while all are enrolled.</summary>
    public ClaimCount FalseClaims { get; init; } = new(0, 0, 0);

    /// <summary>Claims of the weight format that gives most of the answers, while another gives the rest.</summary>
    public IReadOnlyList<DilutedScore> Diluted { get; init; } = [];
}

/// <summary>What claims were told.</summary>
/// <param name="Consistent">Claims with this verdict.</param>
/// <param name="Unknown">Claims with this verdict.</param>
/// <param name="Inconsistent">Claims with this verdict.</param>
public sealed record ClaimCount(int Consistent, int Unknown, int Inconsistent)
{
    /// <summary>With one more.</summary>
    internal ClaimCount And(Verdict verdict) => verdict switch
    {
        Verdict.Consistent => this with { Consistent = Consistent + 1 },
        Verdict.Inconsistent => this with { Inconsistent = Inconsistent + 1 },
        _ => this with { Unknown = Unknown + 1 },
    };
}

/// <summary>What a claim is told of which a share of the answers is a lie.</summary>
/// <param name="Share">Probability of each answer to be another server's.</param>
/// <param name="Claims">The verdicts.</param>
public sealed record DilutedScore(double Share, ClaimCount Claims);

/// <summary>What was named while the true setting was not enrolled.</summary>
/// <param name="Audits">Runs that were audited.</param>
/// <param name="NamedFalsely">Those for which some setting was named.</param>
/// <param name="WrongWeights">Those for which another weight format was named.</param>
public sealed record HeldOutScore(int Audits, int NamedFalsely, int WrongWeights);
