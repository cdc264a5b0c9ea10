using System.CommandLine;
using Hspi.Evaluation;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi evaluate under-load</c>: how well servers are named while others use them.</summary>
internal static class EvaluateUnderLoadCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Recordings of servers, quiet and under load: JSON lines, plain or xz." };
        var prompts = new Option<int>("--prompts") { Description = "Prompts of each run that are used, the first ones.", DefaultValueFactory = _ => 24 };
        var json = JsonLine.Option();
        var command = new Command("under-load", "How well busy servers are named from states enrolled before.") { file, prompts, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(prompts) < 1)
            {
                throw new UsageException("--prompts takes 1 or more.");
            }

            var path = parsed.GetRequiredValue(file);
            var score = new UnderLoad(RecordingLines.Read(path), path, parsed.GetValue(prompts)).Run();
            if (parsed.GetValue(json))
            {
                JsonLine.Write(score);
                return ExitCode.Good;
            }

            Terminal.Print($"audits            {score.Audits}");
            Terminal.Print($"weights right     {Interval.Wilson(score.WeightsRight, score.Audits)}");
            Terminal.Print($"setting right     {Interval.Wilson(score.SettingRight, score.Audits)}");
            Terminal.Print($"left out: named   {Interval.Wilson(score.HeldOut.NamedFalsely, score.HeldOut.Audits)}");
            Terminal.Print($"  other weights   {Interval.Wilson(score.HeldOut.WrongWeights, score.HeldOut.Audits)}");
            Terminal.Print($"");
            Write("claims", "consistent", "unknown", "inconsistent");
            Write("true", score.TrueClaims);
            Write("false", score.FalseClaims);
            foreach (var diluted in score.Diluted)
            {
                Write($"{diluted.Share:P0} diluted", diluted.Claims);
            }

            return ExitCode.Good;
        });
        return command;
    }

    private static void Write(string claims, ClaimCount count) => Write(claims, $"{count.Consistent}", $"{count.Unknown}", $"{count.Inconsistent}");

    private static void Write(string claims, string consistent, string unknown, string inconsistent) =>
        Terminal.Print($"{claims,-16}{consistent,12}{unknown,12}{inconsistent,14}");
}
