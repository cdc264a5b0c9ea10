using System.CommandLine;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Recording;
using Hspi.Cuda.Reports;
using Hspi.Networks;
using Hspi.Numerics.Units;

namespace Hspi.Card.Commands;

/// <summary><c>hspi-card run</c>: asks the first card of this machine, topic by topic.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var topics = new Option<string>("--topics")
        {
            Description = $"Topics, separated by commas: {string.Join("; ", CardTopics.All.Select(topic => $"{topic.Name} ({topic.What})"))}",
            DefaultValueFactory = _ => string.Join(',', CardTopics.All.Select(topic => topic.Name)),
        };
        var limit = new Option<int>("--limit") { Description = "Seconds for all topics together; each has a share, and ends with what it has", DefaultValueFactory = _ => 540 };
        var cases = new Option<long>("--cases") { Description = "Outputs compared for each matrix instruction", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<ulong>("--seed") { Description = "Seed of all operands", DefaultValueFactory = _ => 1 };
        var prompts = new Option<int>("--prompts") { Description = "Prompts of each of the five enrolled seeds", DefaultValueFactory = _ => 8 };
        var vectors = new Option<string[]>("--vectors") { Description = "Vector files or folders to ask besides the numeric probes", AllowMultipleArgumentsPerToken = true };
        var output = new Option<DirectoryInfo>("--output") { Description = "Folder that receives report.json, rows/, probes/ and decoder/; a second run adds to it", DefaultValueFactory = _ => new DirectoryInfo("answers") };
        var madeUp = new Option<bool>("--made-up") { Description = "Ask the computed units in the place of a card, to try the program; everything is marked generated-sample" };
        var command = new Command("run", "Ask the card, and compare bit for bit.") { topics, limit, cases, seed, prompts, vectors, output, madeUp };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(limit) < 1 || parsed.GetValue(cases) < 1 || parsed.GetValue(prompts) < 1)
            {
                throw new UsageException("--limit, --cases and --prompts take 1 or more.");
            }

            var options = new CardRunOptions(parsed.GetValue(output)!.FullName, NetworkLibrary.DefaultFolder)
            {
                Topics = [.. CardTopics.Of(parsed.GetValue(topics)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(topic => topic.Name)],
                Limit = TimeSpan.FromSeconds(parsed.GetValue(limit)),
                Cases = parsed.GetValue(cases),
                Seed = parsed.GetValue(seed),
                Prompts = parsed.GetValue(prompts),
                Vectors = [.. Hspi.Numerics.Vectors.VectorCheck.Expand(parsed.GetValue(vectors) ?? [])],
            };
            var card = Open(parsed.GetValue(madeUp));
            var report = await Task.Run(() => CardRun.RunAsync(card, options, TimeProvider.System, new ErrorLines(), cancellationToken), cancellationToken);
            Terminal.Print(CardText.Render(report));
            return CodeOf(report, options.Topics);
        });
        return command;
    }

    private static ICard Open(bool madeUp) =>
        madeUp ? new ComputedCard(Architecture.Find("hopper")!)
        : DriverCard.TryOpen(out var card, out var whyNot) ? card
        : throw new HspiException($"unavailable: {whyNot}.");

    // What could not be asked outweighs what was answered, and a found disagreement outweighs what time left unasked.
    private static int CodeOf(CardReport report, IReadOnlyList<string> asked)
    {
        var ends = report.Topics.Where(topic => asked.Contains(topic.Name)).Select(topic => topic.End).ToList();
        return ends.Contains(TopicEnd.Failed) ? ExitCode.Failed
            : !report.Agrees ? ExitCode.Inconsistent
            : ends.Contains(TopicEnd.OutOfTime) ? ExitCode.Unknown
            : ExitCode.Good;
    }

    /// <summary>Progress as plain lines, at once: a remote host's log shows them in order.</summary>
    private sealed class ErrorLines : IProgress<string>
    {
        public void Report(string value) => Terminal.Say(value);
    }
}
