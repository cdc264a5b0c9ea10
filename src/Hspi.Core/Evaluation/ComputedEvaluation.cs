using System.Text.Json;
using Hspi.Answers;
using Hspi.Backends;
using Hspi.Backends.Engines;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Models;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Evaluation;

/// <summary>What a real llama.cpp server printed, held against what is computed from files of the same model in several formats, with the served tokens forced.</summary>
/// <remarks>
/// A file of recordings, one JSON object a line: <c>model</c> or <c>weights</c> (what was served), the text of the prompt, the ids that the server made of it where it said so,
/// <c>request</c>, and the raw <c>response</c> of llama.cpp's completion. Compared are log-odds to the best alternative of the same position: the log-sum, which all share, cancels.
/// </remarks>
/// <param name="lines">The recordings.</param>
/// <param name="name">Their file's name, for errors.</param>
public sealed class ComputedEvaluation(IEnumerable<string> lines, string name)
{
    /// <summary>A position is met when all of its values are as near as this, in nats.</summary>
    public const double Tolerance = 5e-5;

    private readonly IReadOnlyList<Served> _served = [.. lines.Select((line, index) => Served.Read(line, name, index + 1))];

    /// <summary>Computes every served text from one model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="kernels">One of <see cref="LlamaPlatforms.Kernels"/>.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>One pair for each name under which something was served, in the order in which they first appear.</returns>
    public IReadOnlyList<ComputedPair> Run(LanguageModel model, string kernels, CancellationToken cancellationToken)
    {
        var size = DecoderGraph.SizeOf(model.Graph);
        using var network = new GraphSession(model.Graph, LlamaPlatforms.PrecisionOf(model, kernels, threads: 1));
        Dictionary<string, List<IReadOnlyList<IReadOnlyList<double>>>> differences = new(StringComparer.Ordinal);
        var (known, same) = (0, 0);
        foreach (var served in _served)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<int> prompt = model.Tokenizer.EncodePrompt(served.Prompt);
            known += served.PromptIds is null ? 0 : 1;
            same += served.PromptIds is { } ids && ids.SequenceEqual(prompt) ? 1 : 0;
            if (!differences.TryGetValue(served.Name, out var own))
            {
                differences[served.Name] = own = [];
            }

            own.Add([.. Differences(new DecoderSession(network, size), served.PromptIds ?? prompt, served.Steps, size)]);
        }

        return [.. differences.Select(pair => PairOf(pair.Key, model.Name, pair.Value) with { Prompts = known, SamePrompts = same })];
    }

    private static ComputedPair PairOf(string served, string computed, List<IReadOnlyList<IReadOnlyList<double>>> answers)
    {
        static bool IsMet(IReadOnlyList<double> position) => position.All(difference => difference <= Tolerance);
        var positions = answers.SelectMany(answer => answer).ToList();
        var distances = answers.Select(answer => EnrolledStates.Median(answer.Select(position => EnrolledStates.Median(position)!.Value)) ?? 0);
        return new ComputedPair(served, computed, positions.Count, positions.Count(IsMet), EnrolledStates.Median(positions.SelectMany(position => position)) ?? double.NaN)
        {
            Answers = answers.Count,
            AnswersMet = answers.Count(answer => answer.Any(IsMet)),
            Farthest = distances.DefaultIfEmpty().Max(),
        };
    }

    private IEnumerable<IReadOnlyList<double>> Differences(DecoderSession session, IReadOnlyList<int> prompt, IReadOnlyList<Step> steps, DecoderSize size)
    {
        if (prompt.Count + steps.Count > size.Context || prompt.Concat(steps.SelectMany(step => step.Alternatives.Select(other => other.TokenId!.Value).Append(step.TokenId!.Value))).Any(token => token < 0 || token >= size.Vocabulary))
        {
            throw new HspiException($"{name}: a text of {prompt.Count + steps.Count} tokens has ids that the model does not know, or does not fit its {size.Context} positions. Give the files of the model that was served.");
        }

        var logits = session.Read(prompt)[^1];
        foreach (var step in steps)
        {
            yield return Differences(step, logits.Span);
            logits = step == steps[^1] ? logits : session.Read([step.TokenId!.Value])[^1];
        }
    }

    private static List<double> Differences(Step step, ReadOnlySpan<float> logits)
    {
        List<double> differences = [];
        List<(int Id, double Logprob)> printed = [.. step.Alternatives.Select(other => (other.TokenId!.Value, PrintedNumber.TryReadLogprob(other.LogprobText, out var number) ? number.Value : double.NaN))];
        var (bestId, best) = printed.MaxBy(one => one.Logprob);
        foreach (var (id, logprob) in printed)
        {
            differences.Add(Math.Abs(logprob - best - ((double)logits[id] - logits[bestId])));
        }

        return differences;
    }

    /// <summary>One recorded answer.</summary>
    private sealed record Served(string Name, string Prompt, IReadOnlyList<int>? PromptIds, IReadOnlyList<Step> Steps)
    {
        public static Served Read(string line, string name, int number)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var fields = json.RootElement;
                var request = fields.GetProperty("request");
                var exchange = new Exchange(new ExchangeRequest("POST", "completion", [], request.ToString()), new ExchangeResponse(200, [], fields.GetProperty("response").ToString()), 1);
                var steps = new LlamaCompletion().Read(exchange).Steps;
                return new Served(
                    (fields.TryGetProperty("model", out var model) ? model : fields.GetProperty("weights")).ToString(),
                    request.GetProperty("prompt").GetString() ?? "",
                    fields.TryGetProperty("tokens", out var ids) ? [.. ids.EnumerateArray().Select(id => id.GetInt32())] : null,
                    [.. steps.Where(step => step.TokenId is not null && step.Alternatives.Count > 0 && step.Alternatives.All(other => other.TokenId is not null))]);
            }
            catch (Exception damaged) when (damaged is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new HspiException($"{name}({number}): no recording of llama.cpp's completion: {damaged.Message}", damaged);
            }
        }
    }
}

/// <summary>How what was served under one name agrees with what one file computes.</summary>
/// <param name="Served">What was served.</param>
/// <param name="Computed">The file, by its stem.</param>
/// <param name="Positions">Positions that were compared.</param>
/// <param name="Met">Those at which every printed value is within <see cref="ComputedEvaluation.Tolerance"/>.</param>
/// <param name="Median">The median difference of log-odds, in nats.</param>
public sealed record ComputedPair(string Served, string Computed, int Positions, int Met, double Median)
{
    /// <summary>Answers that were compared.</summary>
    public int Answers { get; init; }

    /// <summary>Those of them of which at least one position is met.</summary>
    public int AnswersMet { get; init; }

    /// <summary>The greatest distance of an answer: the median over its positions of the median over their values, in nats.</summary>
    public double Farthest { get; init; }

    /// <summary>Prompts, over all that was served, of which the server said the token ids.</summary>
    public int Prompts { get; init; }

    /// <summary>Those of which the file's tokenizer gives the same ids.</summary>
    public int SamePrompts { get; init; }
}
