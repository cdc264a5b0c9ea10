using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Hspi.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Evaluation;
using Hspi.Platforms;
using Hspi.Readers.References;
using Hspi.Tests;

namespace Hspi.Core.Tests.Evaluation;

/// <summary>True and false claims about captured llama.cpp servers: 13 builds, 15 weight formats, KV types, threads, micro-batches.</summary>
[Trait("speed", "slow")]
public sealed partial class CapturedClaimsTests(ITestOutputHelper output)
{
    private static readonly string[] Questions = ["completions-greedy", "completions-long", "chat-greedy-top20"];

    private readonly string _folder = TestFolder.New();

    [Fact]
    public void No_true_claim_of_a_captured_server_is_accused_whoever_is_not_enrolled()
    {
        using (var tar = Process.Start(new ProcessStartInfo("tar", ["xJf", Repository.Shared("captures/servers-2024-2025.tar.xz"), "-C", _folder])))
        {
            tar!.WaitForExit();
            Assert.SkipUnless(tar.ExitCode == 0, "tar or xz is missing on this machine");
        }

        var references = References();
        var evaluation = new ClaimEvaluation(references, decimals: null);
        List<ClaimScore> scores = [.. Enum.GetValues<Hidden>().Select(hidden => evaluation.True(hidden, seed: 1))];
        List<ClaimScore> lies = [.. PlatformText.Keys.Select(evaluation.False), evaluation.Flattering()];
        foreach (var score in scores.Concat(lies))
        {
            output.WriteLine($"{score.Claims}: {score.Consistent} consistent, {score.Unknown} unknown, {score.Inconsistent} inconsistent; {score.Accused.Count} of {score.Platforms} platforms accused {score.AccusedShare}");
        }

        Assert.True(references.Classes.Count > 80 && references.Classes.Any(one => one.Members.Count > 2));
        Assert.All(scores, score => Assert.True(score.Inconsistent == 0, string.Join('\n', score.Examples)));
        Assert.True(lies.Sum(score => score.Inconsistent) > 1000);
    }

    private ReferenceSet References()
    {
        var servers = new Dictionary<Platform, IReadOnlyList<IReadOnlyList<ReferenceStep>>>();
        foreach (var line in File.ReadLines(Path.Combine(_folder, "index.csv")).Skip(1).Where(line => !line.Contains("lc3600", StringComparison.Ordinal)))
        {
            var fields = line.Split(',');
            var answers = Questions.Select(question => Answer(Path.Combine(_folder, fields[0], question + ".json"))).ToList();
            // The same setting stands in more than one group; the first is enough.
            servers.TryAdd(PlatformOf(fields[1], fields[2], fields[3], line), answers);
        }

        var classes = servers.GroupBy(pair => Text(pair.Value), StringComparer.Ordinal)
            .Select((group, number) => new EnrolledClass($"class {number}", [.. group.Select(pair => pair.Key)], group.First().Value));
        return new ReferenceSet([.. Questions.Select(question => new ReferencePrompt(question, 1))], [.. classes]);
    }

    private static Platform PlatformOf(string build, string model, string arguments, string line)
    {
        var kernels = string.Join('-', new[]
        {
            model.Contains("-p-", StringComparison.Ordinal) ? "padded" : "plain",
            arguments.Contains("-fa", StringComparison.Ordinal) ? "flash" : "",
            "kv", KeyType().Match(arguments) is { Success: true } type ? type.Groups[1].Value : "f16",
            CoreType().Match(line) is { Success: true } core ? core.Groups[1].Value.ToLowerInvariant() : "",
        }.Where(word => word.Length > 0));
        var precision = Weights().Match(model).Groups[1].Value.ToLowerInvariant();
        return new Platform
        {
            Engine = "llama.cpp",
            Version = build[2..6],
            Device = "cpu",
            Architecture = build[7..],
            Precision = precision is "f32" or "f16" ? $"fp{precision[1..]}" : precision,
            Kernels = kernels,
            Parallelism = $"threads{Threads().Match(arguments).Groups[1].Value}-slots{Slots().Match(arguments).Groups[1].Value}",
            Batch = MicroBatch().Match(arguments) is { Success: true } batch ? int.Parse(batch.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0,
        };
    }

    private static List<ReferenceStep> Answer(string file)
    {
        var exchange = RecordingFile.Read(file).OfType<Recording.Response>().Single().Exchange;
        return
        [
            .. DialectCatalog.Recognise(exchange)!.Read(exchange).Steps.Select(step =>
            {
                var values = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var other in step.Alternatives)
                {
                    values.TryAdd(other.Token, other.LogprobText);
                }

                return new ReferenceStep(step.Token, values);
            }),
        ];
    }

    private static string Text(IReadOnlyList<IReadOnlyList<ReferenceStep>> answers) =>
        string.Join('\n', answers.SelectMany(steps => steps).Select(step => $"{step.Token} {string.Join(' ', step.Logprobs.Select(pair => $"{pair.Key}={pair.Value}"))}"));

    [GeneratedRegex(@"-ctk (\S+)")]
    private static partial Regex KeyType();

    [GeneratedRegex(@"CORETYPE"": ""(\w+)")]
    private static partial Regex CoreType();

    [GeneratedRegex(@"stories260K-(?:p-)?(\S+)\.gguf")]
    private static partial Regex Weights();

    [GeneratedRegex(@"-t (\d+)")]
    private static partial Regex Threads();

    [GeneratedRegex(@"-np (\d+)")]
    private static partial Regex Slots();

    [GeneratedRegex(@"-ub (\d+)")]
    private static partial Regex MicroBatch();
}
