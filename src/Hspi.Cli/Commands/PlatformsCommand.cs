using System.CommandLine;
using Hspi.Cli.Backends;
using Hspi.Platforms;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi platforms</c>: what this machine can run, what it cannot, and why.</summary>
internal static class PlatformsCommand
{
    public static Command Create()
    {
        var only = new Argument<string>("filter") { Description = "Only those with these columns, such as precision=bf16", DefaultValueFactory = _ => "" };
        var json = JsonLine.Option();
        var command = new Command("platforms", "List the platforms that can answer probes here.") { only, json };
        command.SetAction(parsed =>
        {
            var catalog = PlatformCatalog.Default();
            var filter = parsed.GetValue(only)!;
            var offers = filter.Length == 0 ? catalog.List() : catalog.Matching(filter);
            if (parsed.GetValue(json))
            {
                JsonLine.Write(
                    offers.Select(offer => new
                    {
                        platform = offer.Platform.ToString(),
                        columns = PlatformText.Keys.ToDictionary(key => key, key => PlatformText.ValueOf(offer.Platform, key)),
                        available = offer.Unavailable is null,
                        reason = offer.Unavailable,
                        environment = offer.Environment,
                    }));
                return ExitCode.Good;
            }

            foreach (var offer in offers)
            {
                var needs = offer.Environment.Count == 0 ? "" : $"  (own process: {string.Join(' ', offer.Environment.Select(pair => $"{pair.Key}={pair.Value}"))})";
                if (offer.Unavailable is { } reason)
                {
                    Terminal.Print($"no   {offer.Platform}");
                    Terminal.Print($"     {reason}");
                }
                else
                {
                    Terminal.Print($"yes  {offer.Platform}{needs}");
                }

            }

            if (filter.Length == 0)
            {
                Terminal.Say($"On request, more emulated ones: `hspi platforms engine=emulated,precision=nvfp4` (or mxfp8, mxfp4, device=rtx5090); kernels=UNIT of `hspi units list`; parallel=REDUCTION, such as splitk=4 or promoted=128.");
            }

            Terminal.Say($"{offers.Count(offer => offer.Unavailable is null)} of {offers.Count} can run on this machine.");
            return ExitCode.Good;
        });
        return command;
    }
}
