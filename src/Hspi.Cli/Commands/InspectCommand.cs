using System.CommandLine;
using Hspi.Cli.Inspection;
using Hspi.Readers.Surface;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi inspect FILE…</c>: what recorded answers give away by themselves.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("file")
        {
            Description = "Recorded answers: JSON in which bodies lie anywhere (bodies, lists, lines, logs, HAR, mock servers' mappings), SSE text, "
                + "VCR cassettes and other YAML, HTTP as text (curl -i), an evidence file, each also in gzip, zstd or zip; or a folder of them",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = JsonLine.Option();
        var command = new Command(
            "inspect",
            "Read recorded answers and say what serves them: engine, number text, precision of the head or of embeddings, steadiness, and why. "
            + "Exit codes: 0 everything was read; 4 something was not (the rest is still reported).")
        {
            files,
            json,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var run = InspectionRun.Of(parsed.GetValue(files)!, new SurfaceReader(SignatureBase.Default()), cancellationToken);
            Terminal.PrintBlock(parsed.GetValue(json) ? InspectionJson.Write(run) + "\n" : InspectionText.Write(run));
            foreach (var broken in run.Pooled.Unreadable)
            {
                Terminal.Say($"hspi: {broken}");
            }

            if (run.Files.Count == 0)
            {
                Terminal.Say($"hspi: No file that was named holds a response.");
            }

            return Task.FromResult(run.IsWhole ? ExitCode.Good : ExitCode.Failed);
        });
        return command;
    }
}
