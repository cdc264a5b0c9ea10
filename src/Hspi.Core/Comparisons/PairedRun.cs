using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Probes;

namespace Hspi.Comparisons;

/// <summary>Asks endpoints the same prompts, round after round, each time in an order drawn by lot; stops when the evidence that may be watched is enough.</summary>
/// <remarks>Each side has an evidence file of its own, complete like one of <c>hspi verify</c>; the comparison is computed from the files alone.</remarks>
public static class PairedRun
{
    private const string Command = "compare";
    private const string RunKey = "run";

    /// <summary>Tokens of each answer.</summary>
    public const int NewTokens = 8;

    /// <summary>The questions to one side, all of one round before those of the next.</summary>
    public static IReadOnlyList<Question> Questions(ulong seed, int prompts, int rounds) => Questions(FreeQuestions.OpenPrompts(seed, prompts), NewTokens, rounds);

    /// <summary>The questions that let an endpoint be compared with recorded answers: their prompts, asked again.</summary>
    public static IReadOnlyList<Question> Questions(ComparedSide recorded, int prompts, int rounds) => Questions(
        [.. recorded.Samples.Select(sample => sample.Prompt).Distinct(StringComparer.Ordinal).Take(prompts)],
        Math.Max(1, recorded.Samples.Select(sample => sample.Answer.Steps.Count).DefaultIfEmpty().Max()),
        rounds);

    /// <summary>Asks.</summary>
    /// <param name="sides">One endpoint, or two that have the same questions; limits are those of the first, for all together.</param>
    /// <param name="paths">An evidence file for each.</param>
    /// <param name="resume">Whether the files exist and are gone on with.</param>
    /// <param name="progress">Gets a line before each round; null for none.</param>
    /// <param name="cancellationToken">Ends it at once; what was answered is in the files.</param>
    /// <exception cref="HspiException">An endpoint cannot be asked, or a file cannot be written.</exception>
    public static async Task AskAsync(IReadOnlyList<InterviewSettings> sides, IReadOnlyList<string> paths, bool resume, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var budget = new Budget(sides[0].Limits);
        List<Asked> asked = [];
        try
        {
            var name = $"{sides[0].Clock.GetUtcNow():O} {string.Join(" and ", sides.Select(side => side.Secrets.ScrubUrl(side.Endpoint.Address.AbsoluteUri)))}";
            for (var side = 0; side < sides.Count; side++)
            {
                asked.Add(Asked.Open(sides[side], paths[side], resume, name, budget));
            }

            try
            {
                await AskAsync(asked, sides[0], progress, cancellationToken);
            }
            catch (Exception ended) when (ended is StalledException or BudgetException)
            {
                asked.ForEach(one => RunNotes.AddLimit(one.Evidence, $"{ended.Message} The rest was not asked."));
            }

            asked.ForEach(one => ClosingRecord.Add(one.Evidence));
        }
        finally
        {
            asked.ForEach(one => one.Dispose());
        }
    }

    /// <summary>The run of an evidence file; empty where it is not of two sides asked by turns.</summary>
    internal static string NameOf(EvidenceLog log) => log.Settings.GetValueOrDefault("command") == Command ? log.Settings.GetValueOrDefault(RunKey, "") : "";

    private static IReadOnlyList<Question> Questions(IReadOnlyList<string> prompts, int newTokens, int rounds) =>
        [.. Enumerable.Range(0, rounds).SelectMany(_ => prompts.Select(prompt => new Question { Prompt = prompt, NewTokens = newTokens }))];

    private static async Task AskAsync(List<Asked> sides, InterviewSettings settings, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        foreach (var side in sides)
        {
            await side.DiscoverAsync(cancellationToken);
        }

        var order = new SeededNormal(settings.Seed);
        var (stalls, turns, perRound) = (0, sides[0].Questions.Count, sides[0].Questions.Select(question => question.Prompt).Distinct().Count());
        for (var turn = 0; turn < turns && stalls < Interview.MostStalls; turn++)
        {
            if (turn % perRound == 0)
            {
                progress?.Report($"round {(turn / perRound) + 1} of {turns / perRound}");
            }

            // By lot: whoever comes second may find the prompt in a cache.
            foreach (var side in order.Next(2) == 0 ? sides : Enumerable.Reverse(sides))
            {
                try
                {
                    await side.AskAsync(turn, turn / perRound, cancellationToken);
                }
                catch (StalledException stalled)
                {
                    stalls++;
                    RunNotes.AddLimit(side.Evidence, $"Question {turn + 1} of {turns} was given up: {stalled.Message}{(stalls == Interview.MostStalls ? $" After {stalls} such questions the rest was not asked." : "")}");
                }
            }

            if ((turn + 1) % perRound == 0 && sides is [var a, var b] && Comparison.EvidenceOf(a.Side, b.Side) is var evidence && evidence >= Comparison.Enough)
            {
                progress?.Report(FormattableString.Invariant($"the sides are different: evidence {evidence:0.#} against 1; the rest is not asked"));
                return;
            }
        }
    }

    /// <summary>One endpoint while it is asked.</summary>
    private sealed class Asked : IDisposable
    {
        private readonly InterviewSettings _settings;
        private readonly EndpointClient _client;
        private readonly List<Sample> _samples = [];
        private Capabilities? _seen;

        private Asked(InterviewSettings settings, EvidenceWriter evidence, EndpointClient client) => (_settings, Evidence, _client) = (settings, evidence, client);

        public EvidenceWriter Evidence { get; }

        public IReadOnlyList<Question> Questions { get; private set; } = [];

        public ComparedSide Side => new(_client.Host, _samples);

        public static Asked Open(InterviewSettings settings, string path, bool resume, string run, Budget budget)
        {
            EvidenceLog? recorded = null;
            var evidence = resume
                ? EvidenceWriter.Continue(path, settings.Secrets, out recorded)
                : EvidenceWriter.Create(path, new Dictionary<string, string>(settings.ToText()) { ["command"] = Command, [RunKey] = run }, settings.Secrets);
            try
            {
                if (recorded is not null)
                {
                    Resumption.Check(recorded, path, settings);
                    budget.Charge(recorded.Exchanges, SentNotes.Lost(recorded));
                }

                return new Asked(settings, evidence, new EndpointClient(
                    settings.Endpoint, settings.Key, budget, settings.Clock, evidence.Append, Interview.Paid(recorded), (request, worst) => SentNotes.Add(evidence, request, worst)));
            }
            catch
            {
                evidence.Dispose();
                throw;
            }
        }

        public async Task DiscoverAsync(CancellationToken cancellationToken)
        {
            _seen = await CapabilityProbe.AskAsync(_client, _settings.Model, _settings.Dialect, _settings.Provider, cancellationToken);
            RunNotes.Add(Evidence, _seen);
            Questions = _settings.Questions(_seen);
            PlannedQuestions.Add(Evidence, new PlannedQuestions([.. Questions.Select(question => question.Prompt)], Questions.Count));
        }

        public async Task AskAsync(int turn, int round, CancellationToken cancellationToken)
        {
            var (question, dialect) = (Questions[turn], _seen!.Dialect);
            var answer = dialect.Read(await _client.SendAsync(dialect.Request(question), dialect, question.NewTokens, cancellationToken));
            if (answer.Error is null)
            {
                _samples.Add(new Sample(question.Prompt, round, answer));
            }
        }

        public void Dispose()
        {
            _client.Dispose();
            Evidence.Dispose();
        }
    }
}
