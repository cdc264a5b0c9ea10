using Hspi.Answers;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Datasets;

/// <summary>From an answer to the rows that keep it.</summary>
/// <param name="Origin">Who computed them.</param>
/// <param name="Top">Logits kept per step of a prompt, best first; 0 for all. Images and products keep all.</param>
/// <param name="Network">Hash of the network, or the endpoint's model.</param>
/// <param name="Host">The machine that asked.</param>
/// <param name="Library">Libraries that computed.</param>
/// <param name="Driver">The accelerator's driver; empty without one.</param>
public sealed record AnswerRows(AnswerOrigin Origin, int Top, string Network, string Host, string Library, string Driver)
{
    /// <summary>Names the tokens of a model out of a file, so that whoever reads the dataset needs no tokenizer; null for the committed decoder, whose tokenizer everybody has.</summary>
    public Func<int, string>? NameOf { get; init; }

    /// <summary>The rows of <paramref name="answer"/>: one per step, or one that says why there is none.</summary>
    public IReadOnlyList<DatasetRow> Of(Platform platform, ProbeSet set, Answer answer, int sample, DateTimeOffset time)
    {
        var row = new DatasetRow
        {
            Engine = platform.Engine,
            Version = platform.Version,
            Device = platform.Device,
            Architecture = platform.Architecture,
            Precision = platform.Precision,
            Kernels = platform.Kernels,
            Parallelism = platform.Parallelism,
            Batch = platform.Batch,
            OriginWord = Origin.Word(),
            ProbeSet = set.Name,
            ProbeVersion = answer.Probe.Version,
            Seed = set.Seed,
            ProbeId = answer.Probe.Id,
            ProbeHash = answer.Probe.ContentHash,
            Sample = sample,
            TopK = Top,
            Network = Network,
            Host = Host,
            Library = Library,
            Driver = Driver,
            Hspi = typeof(AnswerRows).Assembly.GetName().Version?.ToString(3) ?? "",
            Time = new DateTime(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc),
        };
        return answer switch
        {
            Answer.Unsupported none => [row with { Unsupported = none.Reason }],
            Answer.Measured measured => [.. measured.Steps.Select((step, number) => Fill(row with { PromptTokens = measured.PromptTokens }, step, number, answer.Probe))],
            _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "An answer of a new kind."),
        };
    }

    private DatasetRow Fill(DatasetRow row, Step step, int number, Probe probe)
    {
        var logits = step.Logits.ToArray();
        var ranked = Top > 0 && probe is PromptProbe ? Ranked(logits).Take(Top).ToList() : [];
        if (ranked.Count > 0 && step.TokenId is { } chosen && !ranked.Contains(chosen))
        {
            // A token of the prompt need not be among the best.
            ranked.Add(chosen);
        }

        double? logSum = logits.Length > 0 && probe is not MatmulProbe ? LogSoftmax.LogSum(logits) : null;
        var named = NameOf is not null && ranked.Count > 0;
        var greatest = named ? (double)logits[ranked[0]] : 0;
        IEnumerable<float> kept = ranked.Count > 0 ? ranked.Select(id => logits[id]) : logits;
        return row with
        {
            Step = number,
            TokenId = step.TokenId,
            Token = step.Token,
            LogitCount = logits.Length,
            LogitIds = ranked,
            LogitBits = [.. kept.Select(BitConverter.SingleToInt32Bits)],
            LogSum = logSum,
            LogprobText = step.LogprobText,
            TopIds = step.Alternatives.Any(other => other.TokenId is null) ? [] : [.. step.Alternatives.Select(other => other.TokenId!.Value)],
            TopTokens = named ? [.. ranked.Select(NameOf!)] : [.. step.Alternatives.Select(other => other.Token)],
            TopLogprobs = named ? [.. ranked.Select(id => LogSoftmax.Text((float)(logits[id] - greatest - logSum!.Value)))] : [.. step.Alternatives.Select(other => other.LogprobText)],
        };
    }

    /// <summary>Ids by logit, greatest first; of equal logits the smaller id first, NaN last.</summary>
    private static IEnumerable<int> Ranked(float[] logits) =>
        Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id);
}
