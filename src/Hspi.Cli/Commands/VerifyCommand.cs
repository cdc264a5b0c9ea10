using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Security.Cryptography;
using Hspi.Backends.Endpoint;
using Hspi.Classification;
using Hspi.Cli.Progress;
using Hspi.Cli.Verifying;
using Hspi.Datasets;
using Hspi.Dialects;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Platforms;
using Hspi.Verdicts;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi verify --endpoint URL</c>: asks an endpoint, and judges what it says it is.</summary>
internal static class VerifyCommand
{
    private const int DefaultCalls = 35;
    private const int LongestTimeout = 3600;
    private const ulong DefaultSeed = 1;

    public static Command Create()
    {
        var options = new Options();
        var command = new Command("verify", "Ask an endpoint and judge what serves the model. Codes: 0 consistent or identified, 1 inconsistent, 2 usage, 3 unknown, 4 failed.");
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(options, parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Options options, ParseResult parsed, CancellationToken cancellationToken)
    {
        var endpoint = EndpointOptions.Parse(parsed.GetRequiredValue(options.Endpoint));
        var settings = new InterviewSettings
        {
            Endpoint = new EndpointOptions
            {
                Address = endpoint,
                Proxy = parsed.GetValue(options.Proxy) is { } proxy ? EndpointOptions.Parse(proxy) : null,
                WholeTimeout = Seconds(parsed, options.Timeout),
                IdleTimeout = Seconds(parsed, options.IdleTimeout),
                MostTime = parsed.GetValue(options.MostTime) is { } most ? TimeSpan.FromSeconds(most) : null,
            },
            Key = ApiKey.FromEnvironment(parsed.GetValue(options.KeyVariable), endpoint, Environment.GetEnvironmentVariable),
            Claim = parsed.GetValue(options.Claim) is { } claim ? PlatformClaim.Parse(claim) : null,
            Model = parsed.GetValue(options.Model) ?? "",
            Dialect = parsed.GetValue(options.Dialect) is { } name ? DialectCatalog.Find(name) : null,
            Provider = parsed.GetValue(options.Provider) ?? "",
            References = parsed.GetValue(options.References) is { Length: > 0 } files ? await EnrolledReferences.ReadAsync(files, cancellationToken) : null,
            Classifier = parsed.GetValue(options.Classifier) is { } folder ? await ModelFolder.ReadAsync(folder, cancellationToken) : null,
            Seed = SeedOf(parsed.GetValue(options.Seed), parsed.GetValue(options.Resume)),
            Limits = Limits(options, parsed),
        };
        if (settings.Claim is { } words)
        {
            PlatformWords.Check(words, settings.References?.Set.Classes.SelectMany(one => one.Members) ?? []);
        }

        Terminal.Secrets = settings.Secrets;
        SayProxy(settings.Endpoint);
        var resumed = parsed.GetValue(options.Resume);
        using var report = parsed.GetValue(options.Html) is { } page ? WholeFile.Claim(page) : null;
        SayDecidable(settings);
        if (parsed.GetValue(options.DryRun))
        {
            DryRunText.Print(await DryRun.OfAsync(settings, resumed, cancellationToken), settings.Limits.MostCalls);
            return ExitCode.Good;
        }

        var path = resumed ?? parsed.GetValue(options.Evidence) ?? $"{NewName("hspi", endpoint)}.evidence.gz";
        Examination examination;
        try
        {
            var progress = new SaidProgress();
            examination = await (resumed is null ? Audit.RunAsync(settings, path, progress, cancellationToken) : Audit.ResumeAsync(settings, path, progress, cancellationToken));
        }
        catch (Exception ended) when (ended is HspiException or OperationCanceledException && File.Exists(path))
        {
            // What was paid for is on disk; without its name nobody can go on from there.
            Terminal.Say($"evidence so far: {path} (go on with the same words and --resume {path})");
            throw;
        }

        var code = await ReportFiles.WriteAsync(examination, parsed.GetValue(options.Json), parsed.GetValue(options.Html), cancellationToken);
        Terminal.Say($"evidence: {path}");
        return code;
    }

    private static BudgetLimits Limits(Options options, ParseResult parsed)
    {
        var (priceIn, priceOut) = (parsed.GetValue(options.PriceIn), parsed.GetValue(options.PriceOut));
        if (priceIn.HasValue != priceOut.HasValue || priceIn < 0 || priceOut < 0)
        {
            throw new UsageException("Prices come in pairs, not negative: --price-in and --price-out, dollars per million tokens.");
        }

        return new BudgetLimits(
            parsed.GetValue(options.MostCalls) ?? DefaultCalls,
            parsed.GetValue(options.MostTokens) ?? new BudgetLimits().MostTokens,
            parsed.GetValue(options.MostUsd),
            priceIn is { } one && priceOut is { } other ? new Price(one, other) : null);
    }

    private static ulong SeedOf(string? text, string? resumed)
    {
        switch (text)
        {
            case null:
                Terminal.Say($"hspi: the seed is {DefaultSeed}, as in every run without --seed: a provider may know these questions. --seed random draws others.");
                return DefaultSeed;
            case "random" when resumed is not null:
                return ulong.TryParse(EvidenceFile.Load(resumed).Settings.GetValueOrDefault("seed"), CultureInfo.InvariantCulture, out var begun) ? begun : DefaultSeed;
            case "random":
                var drawn = (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
                Terminal.Say($"hspi: the seed is {drawn}; --seed {drawn} asks the same questions again.");
                return drawn;
            default:
                return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : throw new UsageException($"--seed {text}: give a whole number from 0, or random.");
        }
    }

    /// <summary>Who listens in between must be known to the user.</summary>
    internal static void SayProxy(EndpointOptions endpoint)
    {
        if (EndpointClient.ProxyFor(endpoint) is { } proxy)
        {
            Terminal.Say($"hspi: through the proxy {proxy.GetLeftPart(UriPartial.Scheme)}{proxy.Authority}");
        }
    }

    /// <summary>What these references can decide, before anything is paid for.</summary>
    private static void SayDecidable(InterviewSettings settings)
    {
        if (settings is { Claim: { } claim, References: { } references })
        {
            Terminal.Say($"hspi: what these references can decide:");
            foreach (var column in Decidable.Of(claim, references.Set))
            {
                Terminal.Say($"hspi:   {column.Key}={column.Claimed}: {(column.Sees ? "yes" : "no")}, {column.Why}");
            }
        }
    }

    private static TimeSpan Seconds(ParseResult parsed, Option<int> option) => parsed.GetValue(option) is var seconds and >= 1 and <= LongestTimeout
        ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException($"{option.Name} takes 1 to {LongestTimeout} seconds.");

    /// <summary>The beginning of a name that no earlier run has given its evidence.</summary>
    internal static string NewName(string command, Uri endpoint) =>
        string.Create(CultureInfo.InvariantCulture, $"{command}-{endpoint.Host}-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss-fff}");

    /// <summary>The options, in the order of the help.</summary>
    private sealed class Options
    {
        public Option<string> Endpoint { get; } = new("--endpoint") { Description = "Base address of the API, with or without /v1", Required = true };

        public Option<string?> Claim { get; } = new("--claim") { Description = "What the provider says, such as \"engine=vllm precision=bf16 device=h100\"" };

        public Option<string[]> References { get; } = new("--references") { Description = "Datasets of enrolled platforms to compare with (hspi collect, also of a server that you trust)", AllowMultipleArgumentsPerToken = true };

        public Option<string?> Classifier { get; } = new("--classifier") { Description = "Folder of a trained classifier (hspi train) to ask as well; it ranks, and never accuses" };

        public Option<string?> Model { get; } = new("--model") { Description = "Model to ask for; default: the first that the endpoint lists" };

        public Option<string?> Dialect { get; } = new("--dialect") { Description = "Name of the API dialect; default: found out in at most 3 calls" };

        public Option<string?> Provider { get; } = new("--provider") { Description = "The one provider that may answer, where the endpoint routes between several" };

        public Option<string?> KeyVariable { get; } = new("--api-key-env") { Description = "Environment variable that holds the key; default: HSPI_API_KEY" };

        public Option<string?> Proxy { get; } = new("--proxy") { Description = "Proxy to go through, also for plain http; default: the environment's, for https alone. Never for this machine itself" };

        public Option<string?> Seed { get; } = new("--seed") { Description = "Seed of the questions, or random to draw one; default: 1, whose questions a provider may know" };

        public Option<int?> MostCalls { get; } = new("--max-calls") { Description = $"Hard limit of HTTP requests in the whole evidence, resumed runs included; default: {DefaultCalls}" };

        public Option<long?> MostTokens { get; } = new("--max-tokens") { Description = "Hard limit of tokens, read and generated, in the whole evidence" };

        public Option<decimal?> MostUsd { get; } = new("--budget-usd") { CustomParser = Dollars, Description = "Hard limit in dollars for the whole evidence; needs both prices" };

        public Option<decimal?> PriceIn { get; } = new("--price-in") { CustomParser = Dollars, Description = "Dollars per million tokens read" };

        public Option<decimal?> PriceOut { get; } = new("--price-out") { CustomParser = Dollars, Description = "Dollars per million tokens generated" };

        public Option<int?> MostTime { get; } = new("--max-time") { Description = "Hard limit of seconds for this whole run, pauses that the endpoint asks for included; what was asked until then is judged" };

        public Option<int> Timeout { get; } = new("--timeout") { Description = $"Seconds for one whole answer, 1 to {LongestTimeout}; a question that takes longer is given up, after three the rest too", DefaultValueFactory = _ => 120 };

        public Option<int> IdleTimeout { get; } = new("--idle-timeout") { Description = $"Seconds of silence, before or within an answer, 1 to {LongestTimeout}; then it is given up", DefaultValueFactory = _ => 60 };

        public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Say what would be sent, with --resume what is left of it, and what it could cost; send nothing" };

        public Option<string?> Resume { get; } = new("--resume") { Description = "Continue this evidence file: nothing that was paid for is asked again, and what it cost counts against the limits" };

        public Option<string?> Evidence { get; } = new("--evidence") { Description = "Evidence file to write; default: a new name in this folder" };

        public Option<string?> Html { get; } = new("--html") { Description = "Write the report as one HTML file" };

        public Option<bool> Json { get; } = JsonLine.Option();

        public IEnumerable<Option> All =>
        [
            Endpoint, Claim, References, Classifier, Model, Dialect, Provider, KeyVariable, Proxy, Seed, MostCalls, MostTokens, MostUsd, PriceIn, PriceOut, MostTime, Timeout, IdleTimeout, DryRun, Resume, Evidence, Html, Json,
        ];

        public Options()
        {
            AtLeastOne(MostCalls);
            AtLeastOne(MostTokens);
            AtLeastOne(MostTime);
        }

        /// <summary>A comma is refused: "1,5" is one and a half to some, and fifteen to the base library.</summary>
        private static decimal? Dollars(ArgumentResult result)
        {
            if (decimal.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars))
            {
                return dollars;
            }

            result.AddError($"\"{result.Tokens[0].Value}\" is no amount of dollars, not negative, such as 0.25.");
            return null;
        }

        private static void AtLeastOne<T>(Option<T?> option)
            where T : struct, IComparable<T> =>
            option.Validators.Add(result =>
            {
                if (result.Tokens is [var token] && token.Value.StartsWith('-') | token.Value == "0")
                {
                    result.AddError($"{option.Name} must be at least 1.");
                }
            });
    }
}
