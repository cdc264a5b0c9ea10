using Hspi.Answers;
using Hspi.Datasets;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Core.Tests.Datasets;

/// <summary>Answers that nobody computed: seeded logits, shifted by a tiny amount per platform.</summary>
internal static class SomeRows
{
    public const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    public static readonly DateTimeOffset Time = new(2026, 11, 24, 1, 2, 3, TimeSpan.Zero);

    public static ProbeSet Prompts(int count = 4, ulong seed = 1, int tokens = 3) =>
        new("some", 1, seed, [.. Enumerable.Range(0, count).Select(i => new PromptProbe($"some-{seed}-{i:D4}", 1, $"prompt {seed} {i}", tokens))]);

    public static Platform Platform(string engine, string precision = "fp32", int batch = 0) => new() { Engine = engine, Precision = precision, Batch = batch };

    /// <param name="probe">The question; decides the logits.</param>
    /// <param name="noise">Distinguishes platforms: 0 is exact, other values add about 1e-6 of their own.</param>
    /// <param name="vocabulary">Number of logits.</param>
    /// <param name="round">Rounds each logit, as a 16-bit head would.</param>
    public static Answer.Measured Answer(Probe probe, int noise, int vocabulary = 50, Func<float, float>? round = null)
    {
        var steps = probe is PromptProbe prompt ? prompt.NewTokens : 1;
        var chance = new SeededNormal(BitConverter.ToUInt64(Convert.FromHexString(probe.ContentHash)));
        var own = new SeededNormal((ulong)noise * 7919 + BitConverter.ToUInt64(Convert.FromHexString(probe.ContentHash)));
        return new Answer.Measured(probe, [.. Enumerable.Range(0, steps).Select(_ =>
        {
            var logits = new float[vocabulary];
            for (var i = 0; i < vocabulary; i++)
            {
                var exact = 3 * chance.NextNormal();
                logits[i] = (float)(exact + (noise == 0 ? 0 : 1e-6 * own.NextNormal()));
                logits[i] = round is null ? logits[i] : round(logits[i]);
            }

            var best = Enumerable.Range(0, vocabulary).MaxBy(id => logits[id]);
            return new Step { TokenId = best, Token = $"t{best}", Logits = logits };
        })]);
    }

    public static IReadOnlyList<DatasetRow> Of(Platform platform, ProbeSet set, int noise, int top = 20, Func<float, float>? round = null) =>
        [.. set.Probes.SelectMany(probe => new AnswerRows(AnswerOrigin.Measured, top, Hash, "host", "library 1", "").Of(platform, set, Answer(probe, noise, round: round), 0, Time))];
}
