using System.Text.Json.Serialization;
using Hspi.Answers;
using Hspi.Backends;
using Hspi.Backends.Endpoint;
using Hspi.Collection;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Comparisons;

/// <summary>Asks an endpoint the same questions under every condition of a plan; every answer is in an evidence file before the next question.</summary>
public static class DeterminismRun
{
    /// <summary>Asks, into a new evidence file.</summary>
    /// <param name="settings">Whom, and what it may cost, callers included.</param>
    /// <param name="plan">What.</param>
    /// <param name="evidencePath">The file to write; must not exist.</param>
    /// <param name="progress">Gets a line before each condition; null for none.</param>
    /// <param name="cancellationToken">Ends it at once; what was answered is in the file.</param>
    /// <exception cref="HspiException">The endpoint cannot be asked at all, or the file cannot be written.</exception>
    public static async Task AskAsync(InterviewSettings settings, DeterminismPlan plan, string evidencePath, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        using var evidence = EvidenceWriter.Create(evidencePath, new Dictionary<string, string>(settings.ToText()) { ["command"] = "check determinism" }, settings.Secrets);
        var budget = new Budget(settings.Limits);
        var turn = 0;
        using var client = new EndpointClient(
            settings.Endpoint, settings.Key, budget, settings.Clock,
            exchange =>
            {
                evidence.Append(exchange);
                turn++;
            },
            sending: (request, worst) => SentNotes.Add(evidence, request, worst));
        // What callers are answered is nobody's evidence; it counts against the same limits.
        using var crowd = new EndpointClient(settings.Endpoint, settings.Key, budget, settings.Clock);
        try
        {
            var seen = await CapabilityProbe.AskAsync(client, settings.Model, settings.Dialect, settings.Provider, cancellationToken);
            RunNotes.Add(evidence, seen);
            NotesJson.Add(evidence, DeterminismTurn.PlanKind, plan.Conditions, DeterminismJson.Default.IReadOnlyListString);
            var asker = new Asker(client, seen, plan, settings.Provider, evidence, () => turn);
            foreach (var condition in plan.Conditions.Where(condition => condition != DeterminismPlan.AfterItself))
            {
                progress?.Report(condition);
                await using var busy = Busy.Of(condition, plan, crowd, seen, settings.Provider);
                foreach (var prompt in plan.Prompts)
                {
                    await asker.AskAsync(condition, prompt, busy, cancellationToken);
                }
            }
        }
        catch (Exception ended) when (ended is StalledException or BudgetException or RefusedException)
        {
            RunNotes.AddLimit(evidence, $"{ended.Message} The rest was not asked.");
        }

        ClosingRecord.Add(evidence);
    }

    /// <summary>Asks one question after the other, and keeps which exchange was whose.</summary>
    private sealed class Asker(EndpointClient client, Capabilities seen, DeterminismPlan plan, string provider, EvidenceWriter evidence, Func<int> exchanges)
    {
        private int _stalls;

        public async Task AskAsync(string condition, string prompt, Busy busy, CancellationToken cancellationToken)
        {
            if (condition == DeterminismPlan.AfterLong && !await ReadsLongAsync(busy, cancellationToken))
            {
                return;
            }

            await SendAsync(condition, prompt, plan.NewTokens, busy, cancellationToken);
            if (condition == DeterminismPlan.Again)
            {
                await SendAsync(DeterminismPlan.AfterItself, prompt, plan.NewTokens, busy, cancellationToken);
            }
        }

        private async Task<bool> ReadsLongAsync(Busy busy, CancellationToken cancellationToken)
        {
            foreach (var prompt in plan.Long)
            {
                if (await SendAsync(null, prompt, 1, busy, cancellationToken))
                {
                    return true;
                }
            }

            return false;
        }

        /// <returns>Whether it was answered.</returns>
        private async Task<bool> SendAsync(string? condition, string prompt, int newTokens, Busy busy, CancellationToken cancellationToken)
        {
            try
            {
                var question = new Question { Model = seen.Model, Prompt = prompt, NewTokens = newTokens, Alternatives = seen.Alternatives, Provider = provider, Stream = condition == DeterminismPlan.Streamed };
                var exchange = await client.SendAsync(seen.Dialect.Request(question), seen.Dialect, newTokens, cancellationToken);
                if (condition is not null)
                {
                    NotesJson.Add(evidence, DeterminismTurn.Kind, new DeterminismTurn(condition, prompt, exchanges() - 1, busy.Answers), DeterminismJson.Default.DeterminismTurn);
                }

                return exchange.Response is { Status: 200 } && seen.Dialect.Read(exchange).Error is null;
            }
            catch (StalledException stalled) when (++_stalls < Interview.MostStalls)
            {
                RunNotes.AddLimit(evidence, $"{condition ?? "a long prompt"}: a question was given up: {stalled.Message}");
                return false;
            }
        }
    }

    /// <summary>Callers of our own, while a condition lasts; none for most.</summary>
    private sealed class Busy : IAsyncDisposable, IBackend
    {
        private readonly IBackend _backend;
        private readonly IAsyncDisposable? _callers;
        private int _answers;

        private Busy(IBackend backend, int callers, DeterminismPlan plan)
        {
            _backend = backend;
            _callers = callers == 0 ? null : new Crowd(callers, 0, _ => true).Use(this, plan.CallersProbes);
        }

        /// <summary>Answers that callers got so far.</summary>
        public int Answers => Volatile.Read(ref _answers);

        Platform IBackend.Platform => _backend.Platform;

        public static Busy Of(string condition, DeterminismPlan plan, EndpointClient crowd, Capabilities seen, string provider) => new(
            new EndpointBackend(new Platform { Engine = "callers" }, crowd, seen.Dialect, seen.Model, seen.Alternatives, provider),
            plan.Callers.FirstOrDefault(callers => DeterminismPlan.Among(callers) == condition),
            plan);

        async ValueTask<Answer> IBackend.AskAsync(Probe probe, CancellationToken cancellationToken)
        {
            var answer = await _backend.AskAsync(probe, cancellationToken);
            if (answer is Answer.Measured)
            {
                Interlocked.Increment(ref _answers);
            }

            return answer;
        }

        // The client is shared by all conditions, and closed by whoever opened it.
        public ValueTask DisposeAsync() => _callers?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}

/// <summary>Which exchange of an evidence file is the answer of which condition.</summary>
/// <param name="Condition">Its name.</param>
/// <param name="Prompt">The question.</param>
/// <param name="Exchange">Index of the exchange in the file.</param>
/// <param name="Beside">Answers that callers had got by then.</param>
internal sealed record DeterminismTurn(string Condition, string Prompt, int Exchange, int Beside)
{
    public const string Kind = "determinism-turn";
    public const string PlanKind = "determinism-plan";
}

/// <summary>JSON of these notes, without reflection.</summary>
[JsonSerializable(typeof(DeterminismTurn))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
internal sealed partial class DeterminismJson : JsonSerializerContext;
