using System.CommandLine;
using System.Diagnostics;
using System.Net;
using Hspi.Backends;
using Hspi.Cli.Backends;
using Hspi.Cli.Serving;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi serve --platform TEXT</c>: a language model, the committed decoder if none is named, behind an OpenAI-compatible server, under a local platform.</summary>
internal static class ServeCommand
{
    private const string NeutralFingerprint = "fp_hspi";
    private const int MostDecimals = 15;

    public static Command Create()
    {
        var options = new Options();
        var command = new Command("serve", "Serve a language model in OpenAI's words, under a platform of this machine. Prints its address; Ctrl-C or SIGTERM ends it.")
        {
            options.Platform, options.Model, options.Host, options.Port, options.ModelName, options.Decimals, options.QuietName, options.UntilInputCloses,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(options, parsed, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Options options, ParseResult parsed, CancellationToken cancellationToken)
    {
        // Give the task back first: System.CommandLine waits at a signal only for a task that it already holds.
        await Task.Yield();
        var settings = Settings(options, parsed);
        var model = parsed.GetRequiredValue(options.Model);
        var networks = ModelOption.Networks(model);
        var catalog = PlatformCatalog.On(networks, model);
        var offer = catalog.Find(parsed.GetRequiredValue(options.Platform));
        if (offer.Unavailable is { } reason)
        {
            throw new HspiException($"{offer.Platform}: {reason}");
        }

        if (offer.Environment.Any(pair => Environment.GetEnvironmentVariable(pair.Key) != pair.Value))
        {
            return await RunInChildAsync(offer, model, settings, parsed.GetValue(options.QuietName), cancellationToken);
        }

        var fingerprint = parsed.GetValue(options.QuietName) ? NeutralFingerprint : offer.Platform.ToString();
        await using var backend = catalog.OpenHere(offer.Platform) as NetworkBackend
            ?? throw new HspiException($"{offer.Platform}: this platform cannot continue texts, so it cannot be served.");
        await using var server = new OpenAiServer(settings with { Fingerprint = fingerprint }, new ServedModel(backend, networks), TimeProvider.System);
        var address = await server.StartAsync(cancellationToken);
        Terminal.Say($"hspi: serving{(parsed.GetValue(options.QuietName) ? "" : $" {offer.Platform}")} until Ctrl-C.");
        Terminal.Print($"{address}");
        await WaitAsync(parsed.GetValue(options.UntilInputCloses), cancellationToken);
        await server.StopAsync();
        return ExitCode.Good;
    }

    /// <summary>The whole server in a process that starts with the variables which the native library reads only once.</summary>
    private static async Task<int> RunInChildAsync(PlatformOffer offer, string model, ServerSettings settings, bool quiet, CancellationToken cancellationToken)
    {
        // Its input stays open as long as we live: however we end, it ends too.
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true };
        string[] words =
        [
            "serve", "--until-input-closes", "--platform", offer.Platform.ToString(), "--model", model, "--host", settings.Address.ToString(),
            "--port", FormattableString.Invariant($"{settings.Port}"), "--model-name", settings.ModelName,
            .. settings.Decimals is { } decimals ? (string[])["--decimals", FormattableString.Invariant($"{decimals}")] : [],
            .. quiet ? (string[])["--quiet-name"] : [],
        ];
        words.ToList().ForEach(start.ArgumentList.Add);
        foreach (var (name, value) in offer.Environment)
        {
            start.Environment[name] = value;
        }

        using var child = Process.Start(start) ?? throw new HspiException($"{offer.Platform}: its process did not start.");
        try
        {
            await child.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            child.StandardInput.Close();
            await child.WaitForExitAsync(CancellationToken.None);
        }

        return child.ExitCode;
    }

    private static async Task WaitAsync(bool untilInputCloses, CancellationToken cancellationToken)
    {
        try
        {
            if (untilInputCloses)
            {
                await Terminal.In.ReadToEndAsync(cancellationToken);
            }
            else
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C and SIGTERM are how a server is meant to end.
        }
    }

    private static ServerSettings Settings(Options options, ParseResult parsed)
    {
        var host = parsed.GetValue(options.Host)!;
        var address = host == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(host, out var given) ? given
            : throw new UsageException($"\"{host}\" is no IP address. Give one, such as 127.0.0.1, or 0.0.0.0 for every network.");
        var port = parsed.GetValue(options.Port);
        var decimals = parsed.GetValue(options.Decimals);
        return port is < 0 or > 65535 ? throw new UsageException($"--port {port}: a port is from 0 to 65535; 0 takes a free one.")
            : decimals is < 1 or > MostDecimals ? throw new UsageException($"--decimals {decimals}: from 1 to {MostDecimals}.")
            : new ServerSettings(address, port, parsed.GetValue(options.ModelName)!, NeutralFingerprint, decimals);
    }

    /// <summary>The options, in the order of the help.</summary>
    private sealed class Options
    {
        public Option<string> Platform { get; } = new("--platform") { Description = "Platform, or enough of its columns to mean one, such as \"engine=torch precision=bf16\"", Required = true };

        public Option<string> Model { get; } = ModelOption.Create();

        public Option<string> Host { get; } = new("--host") { Description = "IP address to listen on", DefaultValueFactory = _ => "127.0.0.1" };

        public Option<int> Port { get; } = new("--port") { Description = "Port; 0 takes a free one", DefaultValueFactory = _ => 0 };

        public Option<string> ModelName { get; } = new("--model-name") { Description = "The model's name in every answer", DefaultValueFactory = _ => "hspi-decoder" };

        public Option<int?> Decimals { get; } = new("--decimals") { Description = "Round printed logprobs, as some proxies do; default: print them whole" };

        public Option<bool> QuietName { get; } = new("--quiet-name") { Description = "Name the platform nowhere: not on the terminal, not in an answer" };

        public Option<bool> UntilInputCloses { get; } = new("--until-input-closes") { Description = "End when standard input closes", Hidden = true };
    }
}
