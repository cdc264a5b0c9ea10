using System.Globalization;
using Hspi.Core.Tests.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Readers;
using Hspi.Readers.Inspection;
using Hspi.Readers.Surface;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers;

public sealed class NextCallTests
{
    private static readonly SurfaceReader Surface = new(SignatureBase.Load(Repository.PathOf("probes/signatures")));

    [Theory]
    [InlineData("watsonx's chat, which names no object", "Ask for 20 alternatives (top_logprobs 20): one logprob at a position")]
    [InlineData("TabbyAPI's chat", "Ask another route of this server")]
    [InlineData("vLLM's RequestOutput", "this body alone does not name what serves")]
    [InlineData("TabbyAPI's chat", "Ask one question twice")]
    public void What_could_not_be_said_is_said_with_the_call_that_would_tell(string server, string call) =>
        Assert.Contains(Calls(ScoredBodies.Of(server).Body), said => said.Contains(call, StringComparison.Ordinal));

    [Theory]
    [InlineData("""{"object":"chat.completion","choices":[{"message":{"content":"a"},"logprobs":null}]}""", "Ask for logprobs with 20 alternatives")]
    [InlineData("""{"id":"cmpl-0123456789abcdef0123456789abcdef","object":"text_completion","choices":[{"index":0,"text":"x","logprobs":null,"finish_reason":"length","stop_reason":null,"prompt_logprobs":null}]}""", "Ask for the list of models")]
    public void An_answer_without_numbers_and_a_fork_ask_for_theirs(string body, string call) =>
        Assert.Contains(Calls(body), said => said.StartsWith(call, StringComparison.Ordinal));

    [Fact]
    public void Few_gaps_ask_for_alternatives_and_undecided_ones_for_the_prompt()
    {
        // Steps of 2^-7 are those of bf16 logits near 1 and of fp16 logits near 8: these gaps do not say which.
        double Fine(int rank) => (float)(-0.2124378 - (rank * 0.0078125));

        Assert.Contains(Calls(Chat(3, Fine)), said => said.StartsWith("Ask for 20 alternatives (top_logprobs 20): these positions have too few gaps", StringComparison.Ordinal));
        Assert.Contains(Calls(Chat(20, Fine)), said => said.StartsWith("Ask for the prompt's logprobs too", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Calls(string body)
    {
        var inspector = new Inspector("");
        inspector.Add(Observed.Of(RecordingFile.Body(body).Exchange, Surface)!);
        return NextCall.Of(inspector.Result().Findings);
    }

    /// <summary>One token with its alternatives.</summary>
    private static string Chat(int alternatives, Func<int, double> logprob)
    {
        string Row(int rank) => string.Create(CultureInfo.InvariantCulture, $"{{\"token\":\"t{rank}\",\"logprob\":{logprob(rank)}");
        return $"{{\"object\":\"chat.completion\",\"choices\":[{{\"message\":{{\"content\":\"a\"}},\"logprobs\":{{\"content\":[{Row(0)},\"top_logprobs\":[{string.Join(',', Enumerable.Range(0, alternatives).Select(rank => Row(rank) + "}"))}]}}]}}}}]}}";
    }
}
