using System.Text.Json;
using Hspi.Tests;
using Hspi.Verdicts;

namespace Hspi.Library.Tests;

/// <summary>A program that knows nothing of ours but <c>Hspi.Core</c> asks an endpoint, judges it and writes the report.</summary>
public sealed class ExampleTests
{
    private const string Begin = "        // docs/library.md: from here\n";
    private const string End = "        // docs/library.md: to here\n";

    [Theory]
    [InlineData(true, typeof(Verdict.Consistent))]
    [InlineData(false, typeof(Verdict.Unknown))] // fp32 logits fit a bf16 model with an fp32 head, and prove nothing
    public async Task The_example_judges_a_scripted_endpoint_and_writes_the_report(bool rounded, Type verdict)
    {
        var random = new Random(1);
        await using var server = ScriptedServer.Answering(request => Task.FromResult(
            request.StartsWith("GET", StringComparison.Ordinal)
                ? ScriptedServer.Response("""{"object":"list","data":[{"id":"m","object":"model"}]}""")
                : ScriptedServer.Response(Answer(random, rounded))));
        var folder = TestFolder.New();
        var report = Path.Combine(folder, "report.html");

        var judged = await Example.JudgeAsync(server.Address, Path.Combine(folder, "run.evidence.gz"), report);

        Assert.IsType(verdict, judged);
        Assert.Contains("precision", await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_the_example_that_is_compiled()
    {
        var code = await File.ReadAllTextAsync(Repository.PathOf("tests/Hspi.Library.Tests/Example.cs"), TestContext.Current.CancellationToken);
        var shown = code[(code.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..code.IndexOf(End, StringComparison.Ordinal)].Replace("\n        ", "\n", StringComparison.Ordinal).Trim();

        Assert.Contains(shown, await File.ReadAllTextAsync(Repository.PathOf("docs/library.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>Eight tokens with twenty alternatives each: logits of a vocabulary of 2,000, rounded to bf16 or not, and a float32 log-softmax.</summary>
    private static string Answer(Random random, bool rounded)
    {
        var tokens = Enumerable.Range(0, 8).Select(_ =>
        {
            var logits = Enumerable.Range(0, 2000).Select(_ => Logit(random, rounded)).OrderDescending().ToList();
            var sum = (float)Math.Log(logits.Sum(logit => Math.Exp(logit - logits[0])));
            return logits.Take(20).Select((logit, rank) => (Token: $" w{rank}", Logprob: logit - logits[0] - sum)).ToList();
        }).ToList();
        return JsonSerializer.Serialize(new
        {
            @object = "text_completion",
            model = "m",
            choices = new[]
            {
                new
                {
                    index = 0,
                    text = string.Concat(tokens.Select(token => token[0].Token)),
                    finish_reason = "length",
                    logprobs = new
                    {
                        tokens = tokens.Select(token => token[0].Token),
                        token_logprobs = tokens.Select(token => token[0].Logprob),
                        top_logprobs = tokens.Select(token => token.ToDictionary(one => one.Token, one => one.Logprob)),
                    },
                },
            },
            usage = new { prompt_tokens = 5, completion_tokens = 8 },
        });
    }

    private static float Logit(Random random, bool rounded)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var bits = BitConverter.SingleToUInt32Bits((float)(3 * normal));
        return BitConverter.UInt32BitsToSingle(rounded ? (bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000 : bits);
    }
}
