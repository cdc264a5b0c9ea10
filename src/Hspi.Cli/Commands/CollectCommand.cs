using System.CommandLine;
using System.Globalization;
using Hspi.Backends.Endpoint;
using Hspi.Backends.Engines;
using Hspi.Cli.Backends;
using Hspi.Cli.Progress;
using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Networks;
using Hspi.Platforms;
using Hspi.Probes;
using Hspi.Readers;
using Hspi.Readers.References;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi collect</c>: records what platforms of this machine, or a running server, answer.</summary>
internal static class CollectCommand
{
    private const string EmulatedEngine = "emulated";
    private const int SamplesOfServer = 2;
    private const int CallersOfServer = 3;
    private const long OrdinaryAnswerBytes = 64 << 10;

    /// <summary>Times that each question is asked among callers at most; at most this share of what is printed may then still be unseen states.</summary>
    private const int MostBusySamples = 8;
    private const double EnoughUnseen = 0.1;

    public static Command Create()
    {
        var probes = new Option<string>("--probes") { Description = "Probe set, see `hspi probes list`.", DefaultValueFactory = _ => "random-words" };
        var seeds = new Option<ulong[]>("--seed") { Description = "Seeds of the probes, one or more; the set's own if not given.", AllowMultipleArgumentsPerToken = true };
        var count = ProbesCommand.CountOption();
        var platform = new Option<string[]>("--platform") { Description = "Platforms of this machine, such as \"engine=torch precision=bf16\": every match is asked; may be given several times. With --endpoint, what the server is: \"engine=vllm device=h100 precision=bf16\"." };
        // Its name until version 0.1, still taken.
        var formerly = new Option<string[]>("--platforms") { Hidden = true };
        var all = new Option<bool>("--all") { Description = "Every platform that this machine can run." };
        var endpoint = new Option<string?>("--endpoint") { Description = "Enrol a running server instead: its address. The key comes from the environment, HSPI_API_KEY." };
        var model = new Option<string>("--model") { Description = "With --endpoint, the model to ask there; the first that it lists if not given. Else the language model to run here: decoder (our own, if not given), a GGUF file, or a Hugging Face folder.", DefaultValueFactory = _ => "" };
        var proxy = new Option<string?>("--proxy") { Description = "Proxy to go through to the endpoint, also for plain http; default: the environment's, for https alone." };
        var samples = new Option<int?>("--samples") { Description = "How often each question is asked; default: once, and twice of a server, to see whether it agrees with itself." };
        var callers = new Option<int>("--callers") { Description = "Callers beside, while a server is asked again and again until it prints few states that are new: it prints other bits when others use it. 0 asks it alone only.", DefaultValueFactory = _ => CallersOfServer };
        var top = new Option<int>("--top") { Description = "Logits kept per token, best first; 0 keeps all.", DefaultValueFactory = _ => 64 };
        var time = new Option<DateTimeOffset?>("--time") { Description = "Time to write into every row, so that equal answers give equal bytes." };
        var output = new Option<string>("--output", "-o") { Description = "The dataset, a Parquet file. If it exists, only what is missing is asked and added.", Required = true };
        var command = new Command("collect", "Record what platforms answer, as one Parquet dataset.")
        {
            probes, seeds, count, platform, formerly, all, endpoint, model, proxy, samples, callers, top, time, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var repeated = parsed.GetValue(samples) ?? (parsed.GetValue(endpoint) is null ? 1 : SamplesOfServer);
            if (repeated < 1 || parsed.GetValue(callers) < 0 || parsed.GetValue(top) < 0)
            {
                throw new UsageException("--samples takes 1 or more, --callers and --top 0 or more.");
            }

            using var held = WholeFile.Claim(parsed.GetRequiredValue(output));
            var library = ProbeLibrary.Default();
            var name = parsed.GetRequiredValue(probes);
            ulong?[] chosen = parsed.GetValue(seeds) is { Length: > 0 } given ? [.. given.Select(seed => (ulong?)seed)] : [null];
            List<ProbeSet> sets = [.. chosen.Distinct().Select(seed => library.Make(name, seed, parsed.GetValue(count)))];
            string[] named = [.. parsed.GetValue(platform) ?? [], .. parsed.GetValue(formerly) ?? []];
            var targets = parsed.GetValue(endpoint) is { } address
                ? [await EndpointAsync(address, parsed.GetValue(proxy), parsed.GetValue(model)!, named, parsed.GetValue(top), sets, repeated, parsed.GetValue(callers), cancellationToken)]
                : Local(named, parsed.GetValue(all), parsed.GetValue(model)!, parsed.GetValue(top), sets);
            var clock = parsed.GetValue(time) is { } fixedTime ? new StoppedClock(fixedTime) : TimeProvider.System;
            var collector = new Collector(sets, repeated, parsed.GetRequiredValue(output), clock);
            var outcome = await CollectProgressView.RunAsync(targets, progress => collector.RunAsync(targets, progress, cancellationToken));
            return Tell(outcome, sets, parsed.GetRequiredValue(output));
        });
        return command;
    }

    private static List<CollectTarget> Local(string[] texts, bool all, string model, int top, List<ProbeSet> sets)
    {
        if (all == texts.Length > 0)
        {
            throw new UsageException("Name platforms with --platform, or take --all, or an --endpoint. `hspi platforms` lists them.");
        }

        var networks = ModelOption.Networks(model);
        var catalog = PlatformCatalog.On(networks, model);
        var offers = all ? [.. catalog.List().Where(offer => offer.Unavailable is null)] : texts.SelectMany(catalog.Matching).DistinctBy(offer => offer.Platform).ToList();
        if (!all && offers.FirstOrDefault(offer => offer.Unavailable is not null) is { } absent)
        {
            Terminal.Say($"hspi: left out, because this machine cannot run it: {absent.Platform}: {absent.Unavailable}");
            offers.RemoveAll(offer => offer.Unavailable is not null);
        }

        if (offers.Count == 0)
        {
            throw new HspiException("None of these platforms can run on this machine. `hspi platforms` says why.");
        }

        var network = sets[0].Probes[0] switch
        {
            PromptProbe => networks.DecoderHash,
            ImageProbe => networks.ClassifierHash,
            _ => "",
        };
        var host = HostText.Describe();
        return
        [
            .. offers.Select(offer => new CollectTarget(
                offer.Platform,
                new AnswerRows(
                    offer.Platform.Engine is EmulatedEngine or LlamaPlatforms.Engine ? AnswerOrigin.Computed : AnswerOrigin.Measured,
                    top, network, host, $"{offer.Platform.Engine} {offer.Platform.Version}; .NET {Environment.Version}", "")
                {
                    NameOf = networks.Language.IsFromFile ? networks.Tokenizer.NameOf : null,
                },
                Costly: false,
                _ => Task.FromResult(catalog.Open(offer)))),
        ];
    }

    private static async Task<CollectTarget> EndpointAsync(
        string address, string? proxy, string model, string[] named, int top, List<ProbeSet> sets, int samples, int callers, CancellationToken cancellationToken)
    {
        if (named is not [var platform])
        {
            throw new UsageException("--endpoint needs one --platform: only its operator knows what the server is. For instance --platform \"engine=vllm device=h100 precision=bf16\".");
        }

        var claimed = PlatformText.Parse(platform);

        var uri = EndpointOptions.Parse(address);
        var options = new EndpointOptions { Address = uri, Proxy = proxy is null ? null : EndpointOptions.Parse(proxy) };
        VerifyCommand.SayProxy(options);
        // Each question may have to be repeated; the capability probe asks a few of its own.
        var limits = new BudgetLimits(MostCalls: CapabilityProbe.MostCalls + (options.Attempts * (samples + (callers > 0 ? MostBusySamples * (1 + (Crowd.MostBeside * callers)) : 0)) * sets.Sum(set => set.Probes.Count)));
        var key = ApiKey.FromEnvironment(null, uri, Environment.GetEnvironmentVariable);
        // Answers become rows at once, and those of callers are dropped: only their number grows with the run.
        var bytes = Math.Max(options.MostRunBytes, limits.MostCalls * OrdinaryAnswerBytes);
        var client = new EndpointClient(options with { MostRunBytes = bytes }, key, new Budget(limits), TimeProvider.System);
        var seen = await CapabilityProbe.AskAsync(client, model, dialect: null, provider: "", cancellationToken);
        if (!seen.Logprobs)
        {
            client.Dispose();
            throw new HspiException($"{uri.Host}: shows no logprobs, so there is nothing to enrol. Ask its operator to allow them.");
        }

        var most = top == 0 ? seen.Alternatives : Math.Min(top, seen.Alternatives);
        return CollectTarget.OfEndpoint(claimed, client, seen, most, HostText.Describe()) with
        {
            Crowd = new Crowd(callers, callers > 0 ? MostBusySamples : 0, rows => NoiseOf(rows, sets) is not { Unseen: > EnoughUnseen }),
        };
    }

    /// <summary>What the repeated answers of a server look like beside each other; null where all are equal.</summary>
    private static EnrolledNoise? NoiseOf(IReadOnlyList<DatasetRow> rows, List<ProbeSet> sets)
    {
        var references = ReferenceSet.Of(new Dataset(rows), sets.SelectMany(set => set.Probes).OfType<PromptProbe>(), NetworkLibrary.Default().Tokenizer, int.MaxValue);
        return references.Classes is [{ IsNoisy: true } noisy] ? EnrolledNoise.Of(noisy, references.Prompts, rows[0].TopK) : null;
    }

    private static int Tell(CollectOutcome outcome, List<ProbeSet> sets, string output)
    {
        foreach (var failure in outcome.Failures)
        {
            Terminal.Say($"hspi: failed: {failure.Platform}: {failure.Failure}");
        }

        var classes = outcome.Dataset.Classes();
        Terminal.Print($"{output}: {outcome.Dataset.Rows.Count} rows, {outcome.Dataset.Platforms.Count} platforms in {classes.Count} classes; {outcome.Asked} answers asked for, {outcome.Reused} kept.");
        foreach (var platform in outcome.Dataset.Rows.GroupBy(row => row.Platform))
        {
            if (platform.Any(row => row.IsOfServer))
            {
                Terminal.Print($"  {platform.Key} {Steadiness([.. platform], sets)}");
            }
        }

        foreach (var words in outcome.Refused.GroupBy(row => row.Unsupported))
        {
            Terminal.Say($"hspi: {words.Count()} questions are open, because the server did not answer them: {words.Key} The same command asks them again.");
        }

        foreach (var merged in classes.Where(one => one.Members.Count > 1))
        {
            Terminal.Print($"  the same bits: {string.Join(" = ", merged.Members)}");
        }

        return outcome.Failures.Count + outcome.Refused.Count > 0 ? ExitCode.Failed : ExitCode.Good;
    }

    /// <summary>How far a server agrees with itself, and what that means for verdicts.</summary>
    private static string Steadiness(List<DatasetRow> rows, List<ProbeSet> sets)
    {
        var callers = rows.Max(row => row.Callers ?? 0);
        var noise = NoiseOf(rows, sets) is { } seen ? string.Create(CultureInfo.InvariantCulture, $" {seen.Unseen:P0} of what it prints are states that were seen once, so about as many are still unseen.") : "";
        return ReferenceSet.RepeatsOf(rows) switch
        {
            Repeats.Differ => $"answers the same question with other bits when asked again. It is recognised by whole positions; its bits alone contradict nothing: enrol it while nobody else asks, or without its prompt cache.{noise}",
            Repeats.Unknown => "was asked once: nobody knows whether it agrees with itself, so it contradicts nothing. Collect with --samples 2.",
            _ when noise.Length > 0 => $"agrees with itself alone, and prints other bits among {callers} callers.{noise}",
            _ when callers > 0 => $"prints the same bits alone and among {callers} callers.",
            _ => "was asked alone only: what it prints when others use it is not known. Collect with --callers 3.",
        };
    }

    private sealed class StoppedClock(DateTimeOffset time) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => time;
    }
}
