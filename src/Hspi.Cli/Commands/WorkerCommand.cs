using System.CommandLine;
using System.Text.Json;
using Hspi.Cli.Backends;
using Hspi.Platforms;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi worker</c>: one platform, asked in JSON lines by the process that started it. Ends with its input.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var platform = new Option<string>("--platform") { Required = true, Description = "The whole platform" };
        var model = ModelOption.Create();
        var worker = new Command("worker", "Answer for a parent process.") { platform, model };
        worker.Hidden = true;
        worker.SetAction(async (parsed, cancellationToken) =>
        {
            // Natives print as they like; the answers keep standard output to themselves.
            var output = Terminal.TakeOutput();
            try
            {
                var chosen = parsed.GetRequiredValue(model);
                await using var backend = PlatformCatalog.On(ModelOption.Networks(chosen), chosen).OpenHere(PlatformText.Parse(parsed.GetValue(platform)!));
                await Say(output, new WorkerAnswer.Ready());
                while (await Terminal.In.ReadLineAsync(cancellationToken) is { } line)
                {
                    var question = JsonSerializer.Deserialize(line, WorkerJson.Default.WorkerQuestion) ?? throw new HspiException("A question must not be null.");
                    await Say(output, WorkerAnswer.Of(await backend.AskAsync(question.ToProbe(), cancellationToken)));
                }

                return ExitCode.Good;
            }
            catch (HspiException failed)
            {
                await Say(output, new WorkerAnswer.Failed(failed.Message));
                return ExitCode.Failed;
            }
        });
        return worker;
    }

    private static async Task Say(TextWriter output, WorkerAnswer answer)
    {
        await output.WriteLineAsync(JsonSerializer.Serialize(answer, WorkerJson.Default.WorkerAnswer));
        await output.FlushAsync();
    }
}
