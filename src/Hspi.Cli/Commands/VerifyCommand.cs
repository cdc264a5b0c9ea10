using System.CommandLine;
using System.Globalization;
using Hspi.Backends.Endpoint;
using Hspi.Classification;
using Hspi.Cli.Verifying;
using Hspi.Dialects;
using Hspi.Examinations;
using Hspi.Exchanges;
using Hspi.Interviews;
using Hspi.Platforms;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi verify --endpoint URL</c>: asks an endpoint, and judges what it says it is.</summary>
internal static class VerifyCommand
{
    private const int DefaultCalls = 24;
    private const int LongestTimeout = 3600;

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
        var endpoint = Address(parsed.GetRequiredValue(options.Endpoint));
        var settings = new InterviewSettings
        {
            Endpoint = new EndpointOptions
            {
                Address = endpoint,
                WholeTimeout = Seconds(parsed, options.Timeout),
                IdleTimeout = Seconds(parsed, options.IdleTimeout),
            },
            Key = ApiKey.FromEnvironment(parsed.GetValue(options.KeyVariable), endpoint, Environment.GetEnvironmentVariable),
            Claim = parsed.GetValue(options.Claim) is { } claim ? PlatformClaim.Parse(claim) : null,
            Model = parsed.GetValue(options.Model) ?? "",
            Dialect = parsed.GetValue(options.Dialect) is { } name ? DialectCatalog.Find(name) : null,
            Provider = parsed.GetValue(options.Provider) ?? "",
            References = parsed.GetValue(options.References) is { Length: > 0 } files ? await EnrolledReferences.ReadAsync(files, cancellationToken) : null,
            Classifier = parsed.GetValue(options.Classifier) is { } folder ? await ModelFolder.ReadAsync(folder, cancellationToken) : null,
            Seed = parsed.GetValue(options.Seed),
            Limits = Limits(options, parsed),
        };
        if (settings.Claim is { } words)
        {
            PlatformWords.Check(words, settings.References?.Set.Classes.SelectMany(one => one.Members) ?? []);
        }

        var resumed = parsed.GetValue(options.Resume);
        if (parsed.GetValue(options.DryRun))
        {
            DryRunText.Print(await DryRun.OfAsync(settings, resumed, cancellationToken), settings.Limits.MostCalls);
            return ExitCode.Good;
        }

        var path = resumed ?? parsed.GetValue(options.Evidence) ?? DefaultName(endpoint);
        try
        {
            var progress = new Progress();
            await (resumed is null ? Interview.AskAsync(settings, path, progress, cancellationToken) : Interview.ResumeAsync(settings, path, progress, cancellationToken));
        }
        catch (Exception ended) when (ended is HspiException or OperationCanceledException && File.Exists(path))
        {
            // What was paid for is on disk; without its name nobody can go on from there.
            await Console.Error.WriteLineAsync($"evidence so far: {path} (go on with the same words and --resume {path})");
            throw;
        }

        // Judged from the file, as replay does: what is not in the evidence is not in the verdict.
        var code = await ReportFiles.WriteAsync(
            Examination.Of(EvidenceFile.Load(path)), parsed.GetValue(options.Json), parsed.GetValue(options.Html), cancellationToken);
        await Console.Error.WriteLineAsync($"evidence: {path}");
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

    private static TimeSpan Seconds(ParseResult parsed, Option<int> option) => parsed.GetValue(option) is var seconds and >= 1 and <= LongestTimeout
        ? TimeSpan.FromSeconds(seconds)
        : throw new UsageException($"{option.Name} takes 1 to {LongestTimeout} seconds.");

    private static Uri Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"\"{new SecretScrubber().ScrubUrl(text)}\" is not an http or https address, such as http://127.0.0.1:8080/v1.");

    private static string DefaultName(Uri endpoint) =>
        string.Create(CultureInfo.InvariantCulture, $"hspi-{endpoint.Host}-{TimeProvider.System.GetUtcNow():yyyyMMdd-HHmmss-fff}.evidence.gz");

    /// <summary>Writes at once, in order; the base library's own kind posts to other threads.</summary>
    private sealed class Progress : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine($"hspi: {value}");
    }

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

        public Option<ulong> Seed { get; } = new("--seed") { Description = "Seed of the questions", DefaultValueFactory = _ => 1 };

        public Option<int?> MostCalls { get; } = new("--max-calls") { Description = $"Hard limit of HTTP requests in the whole evidence, resumed runs included; default: {DefaultCalls}" };

        public Option<long?> MostTokens { get; } = new("--max-tokens") { Description = "Hard limit of tokens, read and generated, in the whole evidence" };

        public Option<decimal?> MostUsd { get; } = new("--budget-usd") { Description = "Hard limit in dollars for the whole evidence; needs both prices" };

        public Option<decimal?> PriceIn { get; } = new("--price-in") { Description = "Dollars per million tokens read" };

        public Option<decimal?> PriceOut { get; } = new("--price-out") { Description = "Dollars per million tokens generated" };

        public Option<int> Timeout { get; } = new("--timeout") { Description = $"Seconds for one whole answer, 1 to {LongestTimeout}; a question that takes longer is given up, after three the rest too", DefaultValueFactory = _ => 120 };

        public Option<int> IdleTimeout { get; } = new("--idle-timeout") { Description = $"Seconds of silence, before or within an answer, 1 to {LongestTimeout}; then it is given up", DefaultValueFactory = _ => 60 };

        public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Say what would be sent, with --resume what is left of it, and what it could cost; send nothing" };

        public Option<string?> Resume { get; } = new("--resume") { Description = "Continue this evidence file: nothing that was paid for is asked again, and what it cost counts against the limits" };

        public Option<string?> Evidence { get; } = new("--evidence") { Description = "Evidence file to write; default: a new name in this folder" };

        public Option<string?> Html { get; } = new("--html") { Description = "Write the report as one HTML file" };

        public Option<bool> Json { get; } = JsonLine.Option();

        public IEnumerable<Option> All =>
        [
            Endpoint, Claim, References, Classifier, Model, Dialect, Provider, KeyVariable, Seed, MostCalls, MostTokens, MostUsd, PriceIn, PriceOut, Timeout, IdleTimeout, DryRun, Resume, Evidence, Html, Json,
        ];

        public Options()
        {
            AtLeastOne(MostCalls);
            AtLeastOne(MostTokens);
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
