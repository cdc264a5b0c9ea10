using Hspi.Dialects;

namespace Hspi.Core.Tests.Dialects;

public sealed class OpenAiChatTests
{
    [Fact]
    public void Every_number_keeps_its_characters()
    {
        var answer = new OpenAiChat().Read(Recorded.Body(
            """
            {"id":"chatcmpl-1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"length",
            "logprobs":{"content":[{"token":"a","logprob":-1.9361264946837764e-07,"top_logprobs":[{"token":"a","logprob":-1.9361264946837764e-07},
            {"token":"b","logprob":-15.6250},{"token":"c","logprob":-1E1}]}]}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}
            """));

        var step = Assert.Single(answer.Steps);
        Assert.Equal("-1.9361264946837764e-07", step.LogprobText);
        Assert.Equal(["-1.9361264946837764e-07", "-15.6250", "-1E1"], step.Alternatives.Select(row => row.LogprobText));
        Assert.Equal(new Usage(3, 1), answer.Usage);
        Assert.Null(answer.Error);
    }

    [Fact]
    public void A_stream_reads_like_the_whole_answer()
    {
        var answer = new OpenAiChat().Read(Recorded.Body(
            """
            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null}]}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"Pa"},"logprobs":{"content":[{"token":"Pa","logprob":-0.5,"top_logprobs":[]}]}}]}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":"ris"},"finish_reason":"stop","logprobs":{"content":[{"token":"ris","logprob":-0.25,"top_logprobs":[]}]}}]}

            data: [DONE]
            """));

        Assert.Equal("Paris", answer.Text);
        Assert.Equal(["-0.5", "-0.25"], answer.Steps.Select(step => step.LogprobText));
        Assert.Equal("stop", answer.FinishReason);
        Assert.Null(answer.Error);
    }

    [Fact]
    public void Not_a_number_is_kept_as_what_it_says()
    {
        var answer = new OpenAiChat().Read(Recorded.Body(
            """{"choices":[{"message":{"content":"NaN \"NaN\" -Infinity"},"logprobs":{"content":[{"token":"a","logprob":NaN,"top_logprobs":[{"token":"a","logprob":-Infinity}]}]}}]}"""));

        Assert.Equal("NaN \"NaN\" -Infinity", answer.Text);
        Assert.Equal("NaN", answer.Steps[0].LogprobText);
        Assert.Equal("-Infinity", answer.Steps[0].Alternatives[0].LogprobText);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_neighbour_hides_nothing()
    {
        var answer = new OpenAiChat().Read(Recorded.Body(
            """{"\ud800x":1,"choices":[{"message":{"content":"a\udfff"},"\ud800":0,"logprobs":{"content":[{"token":"\ud83d","logprob":-0.5}]}}],"model":"m"}"""));

        Assert.Equal("a\\udfff", answer.Text);
        Assert.Equal("-0.5", Assert.Single(answer.Steps).LogprobText);
        Assert.Equal("m", answer.Model);
    }

    [Theory]
    [InlineData("<html><body>Bad gateway</body></html>", "The body is HTML, not JSON.")]
    [InlineData("", "The body is empty.")]
    [InlineData("""{"error":{"message":"no credit","code":402},"user_id":"x"}""", "no credit")]
    [InlineData("""{"object":"error","message":"model not found","code":404}""", "model not found")]
    [InlineData("""{"error":"overloaded","error_type":"overloaded"}""", "overloaded")]
    [InlineData("""{"id":"x"}""", "The answer holds no choice.")]
    public void An_error_under_status_200_is_an_error(string body, string expected) =>
        Assert.Equal(expected, new OpenAiChat().Read(Recorded.Body(body)).Error);

    [Fact]
    public void A_question_becomes_a_greedy_request_for_logprobs()
    {
        var request = new OpenAiChat().Request(new Question { Model = "m", Prompt = "Say \"é\"", NewTokens = 2 });

        Assert.Equal("v1/chat/completions", request.Url);
        Assert.Equal(
            """{"model":"m","messages":[{"role":"user","content":"Say \"é\""}],"max_tokens":2,"temperature":0,"logprobs":true,"top_logprobs":20,"stream":false}""",
            request.Body);
    }
}
