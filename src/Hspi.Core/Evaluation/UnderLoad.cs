using System.Text.Json;
using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Readers.References;

namespace Hspi.Evaluation;

/// <summary>How well a busy server is named: audits of runs among other callers, against states enrolled from quiet runs and the first busy ones.</summary>
/// <remarks>
/// A file of recordings, one JSON object a line: what sets the server apart (<c>weights</c>, <c>kernels</c>, …), <c>mode</c> (quiet or load), <c>run</c>,
/// <c>prompt</c>, <c>request</c> and the raw <c>response</c> of llama.cpp's completion.
/// </remarks>
public sealed class UnderLoad
{
    private const int QuietRuns = 2;
    private const int BusyRuns = 3;

    /// <summary>Settings of which so many enrolled positions meet each other's states are one under load.</summary>
    private const double AlikeShare = 0.1;

    /// <summary>Where no position is met, weights are named within so many times the noise that the setting showed when it was enrolled.</summary>
    private const double MostNoise = 3;

    /// <summary>… and only if settings of other weights are so many times farther.</summary>
    private const double LeastContrast = 2;

    private static readonly string[] NotOfTheServer = ["mode", "run", "prompt", "request", "response"];

    private readonly List<Setting> _settings;

    /// <param name="lines">The file.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <param name="prompts">Prompts of each run that are used, the first ones.</param>
    /// <exception cref="HspiException">A line is damaged, or a setting has too few runs.</exception>
    public UnderLoad(IEnumerable<string> lines, string name, int prompts)
    {
        var read = lines.Select((line, index) => Read(line, name, index + 1)).ToList();
        _settings = [.. read.GroupBy(one => one.Setting).Select(setting => Setting.Of([.. setting], prompts))];
        if (_settings.Count == 0 || _settings.Exists(setting => setting.Enrolled.Count < QuietRuns + BusyRuns || setting.Audited.Count == 0))
        {
            throw new HspiException($"{name}: every setting needs {QuietRuns} quiet runs and more than {BusyRuns} under load.");
        }

        foreach (var one in _settings)
        {
            one.Alike = [.. _settings.Where(other => other == one || (IsLike(one, other) && IsLike(other, one)))];
        }
    }

    /// <summary>Audits each run under load that is not enrolled.</summary>
    public UnderLoadScore Run()
    {
        var (audits, weightsRight, settingRight, falsely, wrong) = (0, 0, 0, 0, 0);
        foreach (var setting in _settings)
        {
            foreach (var run in setting.Audited)
            {
                audits++;
                var (named, weights) = Name(run, _settings);
                weightsRight += weights == setting.Weights ? 1 : 0;
                settingRight += named is not null && setting.Alike.Contains(named) ? 1 : 0;
                var (other, otherWeights) = Name(run, [.. _settings.Except(setting.Alike)]);
                falsely += other is null ? 0 : 1;
                wrong += otherWeights is not null && otherWeights != setting.Weights ? 1 : 0;
            }
        }

        return new UnderLoadScore(audits, weightsRight, settingRight, new HeldOutScore(audits, falsely, wrong));
    }

    private static (Setting? Setting, string? Weights) Name(List<Answer> run, IReadOnlyList<Setting> enrolled)
    {
        var met = enrolled.Select(setting => (Setting: setting, Met: run.Sum(answer => setting.States.Met(answer.Prompt, answer.Steps).Met)))
            .Where(one => one.Met > 0)
            .OrderByDescending(one => one.Met)
            .ToList();
        if (met.Count > 0)
        {
            var rival = met.Find(one => !met[0].Setting.Alike.Contains(one.Setting));
            var weights = met.Select(one => one.Setting.Weights).Distinct().ToList();
            return (rival.Met < met[0].Met ? met[0].Setting : null, weights is [var only] ? only : null);
        }

        var near = enrolled.Select(setting => (Setting: setting, Distance: setting.Distance(run))).Where(one => one.Distance is not null).OrderBy(one => one.Distance).ToList();
        if (near.Count == 0 || near[0].Distance > MostNoise * near[0].Setting.Noise)
        {
            return (null, null);
        }

        var others = near.Where(one => one.Setting.Weights != near[0].Setting.Weights).Select(one => one.Distance).FirstOrDefault();
        return (null, others >= LeastContrast * near[0].Distance ? near[0].Setting.Weights : null);
    }

    private static bool IsLike(Setting one, Setting other)
    {
        var counts = other.Enrolled.SelectMany(run => run).Select(answer => one.States.Met(answer.Prompt, answer.Steps)).ToList();
        return one.Weights == other.Weights && counts.Sum(count => count.Met) >= AlikeShare * Math.Max(1, counts.Sum(count => count.Positions));
    }

    private static Recorded Read(string line, string name, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var fields = json.RootElement;
            string Text(string key) => fields.GetProperty(key).ToString();
            var setting = string.Join(' ', fields.EnumerateObject().Where(field => !NotOfTheServer.Contains(field.Name)).OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"{field.Name}={field.Value}"));
            var answer = new LlamaCompletion().Read(new Exchange(new ExchangeRequest("POST", "completion", [], Text("request")), new ExchangeResponse(200, [], Text("response")), 1));
            return new Recorded(setting, Text("weights"), Text("mode") == "quiet", fields.GetProperty("run").GetInt32(), new Answer(Text("prompt"), answer.Steps));
        }
        catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new HspiException($"{name}({number}): no recording of a server under load: {damaged.Message}", damaged);
        }
    }

    private sealed record Recorded(string Setting, string Weights, bool Quiet, int Run, Answer Answer);

    private sealed record Answer(string Prompt, IReadOnlyList<Step> Steps);

    private sealed class Setting(string weights, List<List<Answer>> enrolled, List<List<Answer>> audited)
    {
        public string Weights { get; } = weights;

        public List<List<Answer>> Enrolled { get; } = enrolled;

        public List<List<Answer>> Audited { get; } = audited;

        public EnrolledStates States { get; } = StatesOf(enrolled);

        /// <summary>The farthest that one of its own enrolled runs lies from the others.</summary>
        public double Noise { get; } = enrolled.Max(run => DistanceOf(run, StatesOf(enrolled.Where(other => other != run))) ?? 0);

        /// <summary>Settings that print the same states, itself included.</summary>
        public HashSet<Setting> Alike { get; set; } = [];

        public double? Distance(List<Answer> run) => DistanceOf(run, States);

        public static Setting Of(List<Recorded> recorded, int prompts)
        {
            List<List<Answer>> Runs(bool quiet) =>
                [.. recorded.Where(one => one.Quiet == quiet).GroupBy(one => one.Run).OrderBy(run => run.Key).Select(run => run.Select(one => one.Answer).Take(prompts).ToList())];
            var (quiet, busy) = (Runs(true), Runs(false));
            return new Setting(recorded[0].Weights, [.. quiet.Take(QuietRuns), .. busy.Take(BusyRuns)], [.. busy.Skip(BusyRuns)]);
        }

        private static double? DistanceOf(List<Answer> run, EnrolledStates states) => EnrolledStates.Median(run.SelectMany(answer => states.Distances(answer.Prompt, answer.Steps)));

        private static EnrolledStates StatesOf(IEnumerable<List<Answer>> runs)
        {
            var states = new EnrolledStates();
            foreach (var answer in runs.SelectMany(run => run))
            {
                states.Add(answer.Prompt, answer.Steps);
            }

            return states;
        }
    }
}

/// <summary>How well servers under load were named.</summary>
/// <param name="Audits">Runs that were audited.</param>
/// <param name="WeightsRight">Of them, those whose weight format was named rightly; the rest was named wrongly or not at all.</param>
/// <param name="SettingRight">Those whose setting was named rightly, settings that print the same states being one.</param>
/// <param name="HeldOut">The same audits while the true setting is not enrolled.</param>
public sealed record UnderLoadScore(int Audits, int WeightsRight, int SettingRight, HeldOutScore HeldOut);

/// <summary>What was named while the true setting was not enrolled.</summary>
/// <param name="Audits">Runs that were audited.</param>
/// <param name="NamedFalsely">Those for which some setting was named.</param>
/// <param name="WrongWeights">Those for which another weight format was named.</param>
public sealed record HeldOutScore(int Audits, int NamedFalsely, int WrongWeights);
