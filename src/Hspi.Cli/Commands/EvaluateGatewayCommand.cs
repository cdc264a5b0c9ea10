using System.CommandLine;
using Hspi.Cli.Backends;
using Hspi.Cli.Gateway;
using Hspi.Platforms;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi evaluate gateway</c>: verdicts about servers behind gateways, honest and dishonest.</summary>
internal static class EvaluateGatewayCommand
{
    public static Command Create()
    {
        var platform = new Option<string[]>("--platform") { Description = "Platforms to serve: every match; may be given several times. Default: all that this machine can run.", AllowMultipleArgumentsPerToken = true };
        var arm = new Option<string[]>("--arm") { Description = "Kinds of gateways, by name; default: all.", AllowMultipleArgumentsPerToken = true };
        var seed = new Option<ulong[]>("--seed") { Description = "Seeds of the enrolled prompts; every audit is made once for each.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1] };
        var program = new Option<string?>("--llama-server") { Description = "Your llama-server, to put behind the gateways as well: real servers, busy by themselves. Needs --gguf; without --platform only these." };
        var files = new Option<string[]>("--gguf") { Description = "Files for it, of one model, whose names end in their format: model-BF16.gguf model-Q8_0.gguf", AllowMultipleArgumentsPerToken = true };
        var json = JsonLine.Option();
        var command = new Command("gateway", "Verdicts about servers of this machine behind gateways: busy, rounding, failing, mixing, lying. All platforms take an hour.") { platform, arm, seed, program, files, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var arms = parsed.GetValue(arm) is { Length: > 0 } names ? [.. names.Select(Find)] : GatewayArm.All;
            var (path, models, texts) = (parsed.GetValue(program), parsed.GetValue(files) ?? [], parsed.GetValue(platform) ?? []);
            if ((path is null) != (models.Length == 0))
            {
                throw new UsageException("--llama-server and --gguf go together: the program, and files for it.");
            }

            using var llama = path is null ? null : new LlamaServers(path, models);
            List<Platform> platforms = [.. llama?.Platforms ?? [], .. llama is null || texts.Length > 0 ? Platforms(texts) : []];
            var scores = await new GatewayEvaluation(platforms, arms, parsed.GetRequiredValue(seed), llama, said => Terminal.Say($"hspi: {said}")).RunAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                JsonLine.Write(scores);
                return ExitCode.Good;
            }

            Terminal.Print($"{"gateway",-32}{"claims",-8}{"servers",8}{"audits",8}{"right",8}{"unknown",9}{"wrong",7}  {"right, 95 %",-24}wrong, 95 %");
            foreach (var score in scores)
            {
                Write(score.Arm, score.Kind is ArmKind.Honest or ArmKind.Replicas ? "true" : "false", score.Servers, score.Audits, score.Right, score.Wrong);
            }

            foreach (var (claims, some) in scores.GroupBy(score => score.Kind == ArmKind.Replicas ? ArmKind.Honest : score.Kind).OrderBy(group => group.Key).Select(group => (group.Key, group.ToList())))
            {
                Write($"all: {claims}", "", some.Max(score => score.Servers), some.Sum(score => score.Audits), some.Sum(score => score.Right), some.Sum(score => score.Wrong));
            }

            foreach (var (arm, wrong) in scores.SelectMany(score => score.NotRight.Where(one => one.IsWrong).Select(one => (score.Arm, one))))
            {
                Terminal.Print($"wrong, {arm}: {wrong.Server}: {wrong.Reason}");
            }

            return ExitCode.Good;
        });
        return command;
    }

    private static void Write(string arm, string claims, int servers, int audits, int right, int wrong) =>
        Terminal.Print($"{arm,-32}{claims,-8}{servers,8}{audits,8}{right,8}{audits - right - wrong,9}{wrong,7}  {Interval.Wilson(right, audits),-24}{Interval.Wilson(wrong, audits)}");

    private static GatewayArm Find(string name) => GatewayArm.All.FirstOrDefault(arm => arm.Name == name)
        ?? throw new UsageException($"\"{name}\" is no kind of gateway. These are: {string.Join(", ", GatewayArm.All.Select(arm => arm.Name))}.");

    private static List<Platform> Platforms(string[] texts)
    {
        var catalog = PlatformCatalog.Default();
        List<Platform> found = [.. (texts.Length == 0 ? catalog.List() : texts.SelectMany(catalog.Matching)).Where(offer => offer.Unavailable is null).Select(offer => offer.Platform).Distinct()];
        return found.Count > 0 ? found : throw new HspiException("None of these platforms can run on this machine. `hspi platforms` says why.");
    }
}
