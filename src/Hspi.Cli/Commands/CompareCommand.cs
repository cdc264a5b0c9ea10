using System.CommandLine;
using Hspi.Backends.Endpoint;
using Hspi.Cli.Progress;
using Hspi.Cli.Verifying;
using Hspi.Comparisons;
using Hspi.Datasets;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Networks;
using Hspi.Platforms;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi compare A B</c>: whether two endpoints, datasets or evidence files are one, without enrolment and without knowing either.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var options = new Options();
        var command = new Command("compare", "Whether two endpoints, datasets or evidence files answer as one. Codes: 0 same, 1 different, 2 usage, 3 undecided, 4 failed.");
        command.Add(options.A);
        command.Add(options.B);
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(options, parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Options options, ParseResult parsed, CancellationToken cancellationToken)
    {
        var (prompts, rounds) = (parsed.GetValue(options.Prompts), parsed.GetValue(options.Rounds));
        if (prompts < 1 || rounds < 1 || parsed.GetValue(options.MostCalls) < 1)
        {
            throw new UsageException("--prompts, --rounds and --max-calls take 1 or more.");
        }

        var a = Side.Of(parsed.GetRequiredValue(options.A), parsed.GetValue(options.ModelA), parsed.GetValue(options.KeyA), parsed.GetValue(options.PlatformA));
        var b = Side.Of(parsed.GetRequiredValue(options.B), parsed.GetValue(options.ModelB), parsed.GetValue(options.KeyB), parsed.GetValue(options.PlatformB));
        Side[] asked = [.. new[] { a, b }.Where(side => side.Endpoint is not null)];
        if (asked.Length > 0)
        {
            var recorded = a.Endpoint is null ? await a.ReadAsync(cancellationToken) : b.Endpoint is null ? await b.ReadAsync(cancellationToken) : null;
            var seed = parsed.GetValue(options.Seed);
            var questions = recorded is null ? PairedRun.Questions(seed, prompts, rounds) : PairedRun.Questions(recorded, prompts, rounds);
            var limits = new BudgetLimits(parsed.GetValue(options.MostCalls) ?? (asked.Length * (CapabilityProbe.MostCalls + questions.Count)));
            List<InterviewSettings> settings = [.. asked.Select(side => side.Settings(seed, limits) with { Planned = questions })];
            settings.ForEach(side => VerifyCommand.SayProxy(side.Endpoint));
            if (parsed.GetValue(options.DryRun))
            {
                foreach (var side in settings)
                {
                    DryRunText.Print(await DryRun.OfAsync(side, null, cancellationToken), limits.MostCalls);
                }

                return ExitCode.Good;
            }

            var name = parsed.GetValue(options.Evidence) ?? VerifyCommand.NewName("hspi-compare", asked[0].Endpoint!);
            List<string> paths = [.. asked.Select(side => $"{name}-{(ReferenceEquals(side, a) ? "a" : "b")}.evidence.gz")];
            try
            {
                await PairedRun.AskAsync(settings, paths, parsed.GetValue(options.Resume), new SaidProgress(), cancellationToken);
            }
            finally
            {
                Terminal.Say($"evidence: {string.Join(", ", paths.Where(File.Exists))} (what is open is asked with the same words, --evidence {name} and --resume)");
            }

            a = a.Endpoint is null ? a : a with { File = paths[0], Endpoint = null };
            b = b.Endpoint is null ? b : b with { File = paths[^1], Endpoint = null };
        }

        // Compared from the files: whoever has them finds the same.
        var found = Comparison.Of(await a.ReadAsync(cancellationToken), await b.ReadAsync(cancellationToken));
        if (parsed.GetValue(options.Json))
        {
            JsonLine.Write(found);
        }
        else
        {
            Print(a, b, found);
        }

        return found.Verdict switch
        {
            Sameness.Same => ExitCode.Good,
            Sameness.Different => ExitCode.Inconsistent,
            _ => ExitCode.Unknown,
        };
    }

    private static void Print(Side a, Side b, Comparison found)
    {
        Terminal.Print($"A: {a.Name}");
        Terminal.Print($"B: {b.Name}");
        Terminal.Print($"verdict: {found.Verdict.ToString().ToLowerInvariant()}. {found.Reason}");
        foreach (var layer in found.Layers)
        {
            Terminal.Print($"  {layer.Name}: {layer.Seen}");
        }

        Terminal.Print($"{found.Prompts} prompts, {found.AnswersOfA} answers of A, {found.AnswersOfB} of B; {found.Equal.Met} of {found.Equal.Positions} positions have equal numbers");
        Terminal.Print($"evidence that may be watched: {found.Evidence:0.###} against 1 ({Comparison.Enough:0} is enough)");
        Print("numbers, ours", found.Numbers);
        Print("texts, MET", found.Met);
        Print("numbers, LT", found.Lt);
    }

    private static void Print(string test, PermutationTest? found)
    {
        if (found is not null)
        {
            Terminal.Print($"{test,-16}p = {found.P:0.####}");
        }
    }

    /// <summary>One side, as the user named it.</summary>
    private sealed record Side(string Name, Uri? Endpoint, string File, string Model, string? KeyVariable, PlatformClaim? Platform)
    {
        public static Side Of(string text, string? model, string? keyVariable, string? platform) =>
            text.Contains("://", StringComparison.Ordinal) ? new Side(new SecretScrubber().ScrubUrl(text), EndpointOptions.Parse(text), "", model ?? "", keyVariable, null)
            : System.IO.File.Exists(text) ? new Side(text, null, text, "", null, platform is null ? null : PlatformClaim.Parse(platform))
            : throw new UsageException($"{text}: no such file, and no address such as http://127.0.0.1:8080.");

        public InterviewSettings Settings(ulong seed, BudgetLimits limits) => new()
        {
            Endpoint = new EndpointOptions { Address = Endpoint! },
            Key = ApiKey.FromEnvironment(KeyVariable, Endpoint!, Environment.GetEnvironmentVariable),
            Model = Model,
            Seed = seed,
            Limits = limits,
        };

        public async Task<ComparedSide> ReadAsync(CancellationToken cancellationToken) => File.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)
            ? ComparedSide.Of(await DatasetFile.ReadAsync(File, cancellationToken), Name, Platform, NetworkLibrary.Default().Tokenizer)
            : ComparedSide.Of(EvidenceFile.Load(File), Name);
    }

    /// <summary>The options, in the order of the help.</summary>
    private sealed class Options
    {
        public Argument<string> A { get; } = new("a") { Description = "Address of an endpoint, a dataset (.parquet), or an evidence file." };

        public Argument<string> B { get; } = new("b") { Description = "The other side, of any kind." };

        public Option<string?> ModelA { get; } = new("--model-a") { Description = "Model to ask A for; default: the first that it lists" };

        public Option<string?> ModelB { get; } = new("--model-b") { Description = "Model to ask B for" };

        public Option<string?> KeyA { get; } = new("--api-key-env-a") { Description = "Environment variable that holds the key of A; default: HSPI_API_KEY" };

        public Option<string?> KeyB { get; } = new("--api-key-env-b") { Description = "Environment variable that holds the key of B" };

        public Option<string?> PlatformA { get; } = new("--platform-a") { Description = "Platform of the dataset A, where it holds several" };

        public Option<string?> PlatformB { get; } = new("--platform-b") { Description = "Platform of the dataset B" };

        public Option<int> Prompts { get; } = new("--prompts") { Description = "Different prompts", DefaultValueFactory = _ => 6 };

        public Option<int> Rounds { get; } = new("--rounds") { Description = "How often each is asked of each endpoint: what one side does to itself has to be known", DefaultValueFactory = _ => 4 };

        public Option<ulong> Seed { get; } = new("--seed") { Description = "Seed of the prompts and of the order", DefaultValueFactory = _ => 1 };

        public Option<int?> MostCalls { get; } = new("--max-calls") { Description = "Hard limit of HTTP requests, both sides together; default: as many as the questions need" };

        public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Say what would be sent; send nothing" };

        public Option<string?> Evidence { get; } = new("--evidence") { Description = "Beginning of the names of the evidence files: NAME-a.evidence.gz and NAME-b.evidence.gz" };

        public Option<bool> Resume { get; } = new("--resume") { Description = "Go on with these files: nothing that was paid for is asked again" };

        public Option<bool> Json { get; } = JsonLine.Option();

        public IEnumerable<Option> All => [ModelA, ModelB, KeyA, KeyB, PlatformA, PlatformB, Prompts, Rounds, Seed, MostCalls, DryRun, Evidence, Resume, Json];
    }
}
