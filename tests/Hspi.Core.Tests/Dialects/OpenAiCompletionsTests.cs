using Hspi.Dialects;

namespace Hspi.Core.Tests.Dialects;

public sealed class OpenAiCompletionsTests
{
    [Fact]
    public void Parallel_arrays_become_steps()
    {
        var answer = new OpenAiCompletions().Read(Recorded.Body(
            """
            {"object":"text_completion","choices":[{"text":" b c","logprobs":{"tokens":[" b"," c"],"token_logprobs":[-0.10,-2e0],
            "top_logprobs":[{" b":-0.10," x":-3.5},{"token_id:7":-2e0}],"text_offset":[1,3]}}]}
            """));

        Assert.Equal(["-0.10", "-2e0"], answer.Steps.Select(step => step.LogprobText));
        Assert.Equal([" b", " x"], answer.Steps[0].Alternatives.Select(row => row.Token));
        Assert.Equal(7, answer.Steps[1].Alternatives[0].TokenId);
    }

    [Fact]
    public void An_echoed_prompt_is_kept_apart_from_the_answer()
    {
        var answer = new OpenAiCompletions().Read(Recorded.Body(
            """{"choices":[{"text":"a b","logprobs":{"tokens":["a"," b"],"token_logprobs":[null,-0.5],"top_logprobs":[null,{" b":-0.5}]}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}""",
            request: """{"echo":true}"""));

        Assert.Equal("a", Assert.Single(answer.PromptSteps).Token);
        Assert.Equal(" b", Assert.Single(answer.Steps).Token);
    }

    [Fact]
    public void A_server_that_ignores_echo_has_scored_no_prompt()
    {
        var answer = new OpenAiCompletions().Read(Recorded.Body(
            """{"choices":[{"text":" b","logprobs":{"tokens":[" b"],"token_logprobs":[-0.5],"top_logprobs":[{" b":-0.5}]}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""",
            request: """{"echo":true}"""));

        Assert.Empty(answer.PromptSteps);
        Assert.Equal(" b", Assert.Single(answer.Steps).Token);
    }
}
