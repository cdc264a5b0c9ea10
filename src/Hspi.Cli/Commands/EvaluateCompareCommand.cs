using System.CommandLine;
using Hspi.Evaluation;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi evaluate compare</c>: how well two sides are told apart, and how often equal ones are called different.</summary>
internal static class EvaluateCompareCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Recordings of servers under load: JSON lines, plain or xz." };
        var tokens = new Option<int>("--tokens") { Description = "Tokens of each answer that are used.", DefaultValueFactory = _ => 1 };
        var json = JsonLine.Option();
        var command = new Command("compare", "How well `hspi compare` tells two servers apart, beside LT and MET on the same answers.") { file, tokens, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(tokens) < 1)
            {
                throw new UsageException("--tokens takes 1 or more.");
            }

            var path = parsed.GetRequiredValue(file);
            var score = new CompareEvaluation(RecordingLines.Read(path), path).Run(parsed.GetValue(tokens), cancellationToken);
            if (parsed.GetValue(json))
            {
                JsonLine.Write(score);
            }
            else
            {
                Print(score);
            }

            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }

    private static void Print(CompareScore score)
    {
        Line($"{score.Tokens} tokens an answer, {score.AnswersPerSide} answers a side, {score.Tokens * score.AnswersPerSide * 2} tokens in all");
        Line($"");
        Line($"{"change",-10}{"test",-20}{"different",-11}{"equal",-7}AUC");
        foreach (var one in score.Aucs)
        {
            Line($"{one.Change,-10}{one.Test,-20}{one.Different,-11}{one.Equal,-7}{one.Auc}");
        }

        Line($"");
        Line($"{"false alarms at 1 %",-48}{"equal",-7}share");
        foreach (var one in score.Alarms)
        {
            Line($"{one.Rule,-48}{one.Equal,-7}{one.Share}");
        }

        Line($"");
        Line($"{"seen at 1 %",-13}{"different",-11}{"ours",-24}{"LT",-24}MET");
        foreach (var one in score.Seen)
        {
            Line($"{one.Change,-13}{one.Different,-11}{one.Ours,-24}{one.Lt,-24}{one.Met}");
        }

        Line($"");
        Line($"{"size, nats",-13}{"least",-11}{"median",-11}most");
        foreach (var one in score.Sizes)
        {
            Line($"{one.Change,-13}{one.Least,-11:0.#####}{one.Median,-11:0.#####}{one.Most:0.#####}");
        }
    }

    private static void Line(FormattableString text) => Terminal.Print(text);
}
