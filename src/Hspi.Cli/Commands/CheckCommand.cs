using System.CommandLine;
using Hspi.Backends.Endpoint;
using Hspi.Cli.Progress;
using Hspi.Comparisons;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Interviews;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi check</c>: whether an endpoint does what its operator promises, without references.</summary>
internal static class CheckCommand
{
    public static Command Create() => new("check", "Hold an endpoint to a promise that needs no references.") { Determinism() };

    private static Command Determinism()
    {
        var url = new Argument<string>("url") { Description = "Base address of the API, with or without /v1; or an evidence file of such a check, which is read again." };
        var model = new Option<string>("--model") { Description = "Model to ask for; default: the first that it lists", DefaultValueFactory = _ => "" };
        var dialect = new Option<string?>("--dialect") { Description = "Name of the API dialect; default: found out in at most 3 calls" };
        var key = new Option<string?>("--api-key-env") { Description = "Environment variable that holds the key; default: HSPI_API_KEY" };
        var proxy = new Option<string?>("--proxy") { Description = "Proxy to go through, also for plain http; default: the environment's, for https alone. Never for this machine itself" };
        var prompts = new Option<int>("--prompts") { Description = "Different questions", DefaultValueFactory = _ => 4 };
        var tokens = new Option<int>("--tokens") { Description = "Tokens of each answer", DefaultValueFactory = _ => 16 };
        var callers = new Option<int[]>("--callers") { Description = "How many callers of our own ask beside, one condition for each; 0 for none", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [2, 4, 8] };
        var seed = new Option<ulong>("--seed") { Description = "Seed of the questions", DefaultValueFactory = _ => 1 };
        var most = new Option<int?>("--max-calls") { Description = "Hard limit of HTTP requests, those of callers included; default: as many as the plan needs, which --dry-run prints" };
        var time = new Option<int?>("--max-time") { Description = "Hard limit of seconds for the whole run" };
        var dry = new Option<bool>("--dry-run") { Description = "Say what would be asked, and how often; send nothing" };
        var file = new Option<string?>("--evidence") { Description = "Evidence file to write; default: a new name in this folder" };
        var json = JsonLine.Option();
        var command = new Command("determinism", "Ask the same questions alone, again, streamed, among callers and after a long prompt: which change digits, how often, how much. Codes: 0 nothing changed, 1 changed, 2 usage, 3 unknown, 4 failed.")
        {
            url, model, dialect, key, proxy, prompts, tokens, callers, seed, most, time, dry, file, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var plan = new DeterminismPlan(parsed.GetValue(seed), parsed.GetValue(prompts), parsed.GetValue(tokens), [.. parsed.GetRequiredValue(callers).Where(one => one != 0).Distinct().Order()]);
            if (plan.Count < 1 || plan.NewTokens < 1 || plan.Callers.Any(one => one < 1) || parsed.GetValue(most) < 1 || parsed.GetValue(time) < 1)
            {
                throw new UsageException("--prompts, --tokens, --max-calls and --max-time take 1 or more, --callers 0 or more.");
            }

            var path = parsed.GetRequiredValue(url);
            if (!File.Exists(path))
            {
                var address = EndpointOptions.Parse(path);
                var settings = new InterviewSettings
                {
                    Endpoint = new EndpointOptions
                    {
                        Address = address,
                        Proxy = parsed.GetValue(proxy) is { } named ? EndpointOptions.Parse(named) : null,
                        MostTime = parsed.GetValue(time) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                    },
                    Key = ApiKey.FromEnvironment(parsed.GetValue(key), address, Environment.GetEnvironmentVariable),
                    Model = parsed.GetValue(model)!,
                    Dialect = parsed.GetValue(dialect) is { } name ? DialectCatalog.Find(name) : null,
                    Seed = plan.Seed,
                    Limits = new BudgetLimits(parsed.GetValue(most) ?? (CapabilityProbe.MostCalls + plan.MostCalls)),
                };
                Terminal.Secrets = settings.Secrets;
                VerifyCommand.SayProxy(settings.Endpoint);
                if (parsed.GetValue(dry))
                {
                    Say(plan);
                    return ExitCode.Good;
                }

                path = parsed.GetValue(file) ?? $"{VerifyCommand.NewName("hspi-check", address)}.evidence.gz";
                try
                {
                    await DeterminismRun.AskAsync(settings, plan, path, new SaidProgress(), cancellationToken);
                }
                finally
                {
                    Terminal.Say($"evidence: {path}");
                }
            }

            // From the file: whoever has it finds the same.
            var found = Comparisons.Determinism.Of(EvidenceFile.Load(path));
            if (parsed.GetValue(json))
            {
                JsonLine.Write(found);
            }
            else
            {
                Print(found);
            }

            return found.Verdict switch
            {
                DeterminismVerdict.Deterministic => ExitCode.Good,
                DeterminismVerdict.Changes => ExitCode.Inconsistent,
                _ => ExitCode.Unknown,
            };
        });
        return command;
    }

    private static void Say(DeterminismPlan plan)
    {
        foreach (var condition in plan.Conditions)
        {
            Terminal.Print($"{condition}: {plan.Count} questions of {plan.NewTokens} tokens");
        }

        foreach (var prompt in plan.Prompts)
        {
            Terminal.Print($"  {prompt}");
        }

        Terminal.Say($"hspi: at most {CapabilityProbe.MostCalls} calls find the dialect, {plan.Questions} ask, {plan.MostCalls - plan.Questions} are of callers. Nothing was sent.");
    }

    private static void Print(Determinism found)
    {
        Terminal.Print($"verdict: {found.Verdict.ToString().ToLowerInvariant()}. {found.Reason}");
        if (found.Conditions.Count > 0)
        {
            Terminal.Print($"{"condition",-20}{"answers",9}{"texts",7}{"positions",11}{"changed",9}  {"share, 95 %",-24}{"typical, nats",15}{"largest",12}");
        }

        foreach (var one in found.Conditions)
        {
            Terminal.Print(one.WasTried
                ? $"{one.Name,-20}{one.Answers,9}{one.Texts,7}{one.Positions,11}{one.Changed,9}  {one.Share,-24}{one.Typical,15:0.#######}{one.Largest,12:0.#######}"
                : (FormattableString)$"{one.Name,-20}not tried");
        }

        if (found.States.Count > 0)
        {
            Terminal.Print($"sets of digits at a position: {string.Join(", ", found.States.Select((positions, one) => FormattableString.Invariant($"{one + 1} at {positions}")))}");
        }

        foreach (var one in found.Conditions.Where(one => one.IsChanged))
        {
            Terminal.Print($"  {one.Name}: {one.Fits}");
        }

        foreach (var limit in found.Limits)
        {
            Terminal.Print($"  limit: {limit}");
        }
    }
}
