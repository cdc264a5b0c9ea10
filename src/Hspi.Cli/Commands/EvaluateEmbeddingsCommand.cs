using System.CommandLine;
using System.Globalization;
using Hspi.Evaluation;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi evaluate embeddings</c>: how often one vector gives away its format.</summary>
internal static class EvaluateEmbeddingsCommand
{
    public static Command Create()
    {
        var count = new Option<int>("--n") { Description = "Vectors of each kind.", DefaultValueFactory = _ => 10_000 };
        var seed = new Option<ulong>("--seed") { Description = "Everything follows from it.", DefaultValueFactory = _ => 1 };
        var json = JsonLine.Option();
        var command = new Command("embeddings", "How often one simulated vector gives away the format in which it was computed.") { count, seed, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(count) < 1)
            {
                throw new UsageException("--n takes 1 or more.");
            }

            var scores = EmbeddingEvaluation.Run(parsed.GetValue(count), parsed.GetValue(seed), cancellationToken);
            if (parsed.GetValue(json))
            {
                JsonLine.Write(scores.ToList());
                return Task.FromResult(ExitCode.Good);
            }

            Terminal.Print($"| vectors | n | right | 95 % interval | wrong | at most (95 %) | rounding wrong |");
            Terminal.Print($"|---|---|---|---|---|---|---|");
            foreach (var score in scores)
            {
                Terminal.Print($"| {score.Vectors} | {score.Count} | {Percent(score.RightShare.Value)} | {Percent(score.RightShare.Low)} – {Percent(score.RightShare.High)} | {score.Wrong} | {Percent(score.WrongShare.High)} | {score.WrongRounding} |");
            }

            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }

    private static string Percent(double share) => (100 * share).ToString("0.000", CultureInfo.InvariantCulture) + " %";
}
