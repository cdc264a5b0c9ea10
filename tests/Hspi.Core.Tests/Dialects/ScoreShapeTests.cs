using Hspi.Dialects;
using Hspi.Dialects.Recordings;

namespace Hspi.Core.Tests.Dialects;

public sealed class ScoreShapeTests
{
    [Theory]
    [MemberData(nameof(ScoredBodies.Servers), MemberType = typeof(ScoredBodies))]
    public void Every_shape_of_scores_is_read(string server)
    {
        var expected = ScoredBodies.Of(server);
        var exchange = Recorded.Body(expected.Body, status: 0);

        var dialect = DialectCatalog.Recognise(exchange);

        Assert.Equal(expected.Dialect, dialect?.Name);
        var answer = dialect!.Read(exchange);
        Assert.Null(answer.Error);
        Assert.Equal(expected.Scores, string.Join(' ', answer.Steps.Select(step => step.LogprobText ?? "_")));
        Assert.Equal(expected.Tokens, string.Join('|', answer.Steps.Select(ScoredBodies.Shown)));
        Assert.Equal(expected.Alternatives, answer.Steps.Select(step => step.Alternatives.Count).FirstOrDefault());
        Assert.Equal(expected.Prompt, answer.PromptSteps.Count);
    }

    [Fact]
    public void Every_form_that_is_only_read_has_a_body_here_and_refuses_to_be_asked_in()
    {
        Assert.All(ScoredForms.All, form =>
        {
            Assert.Contains(ScoredBodies.All, body => body.Dialect == form.Name);
            Assert.Throws<UsageException>(() => form.Request(new Question { Prompt = "p" }));
        });
    }

    [Fact]
    public void Scores_without_text_of_the_prompt_are_counted_as_the_server_counts_them()
    {
        var answer = DialectCatalog.Find("watsonx").Read(Recorded.Body(ScoredBodies.Of("watsonx").Body));

        Assert.Equal(new Usage(2, 1), answer.Usage);
        Assert.Equal("ibm/granite", answer.Model);
        Assert.Equal("max_tokens", answer.FinishReason);
        Assert.Equal("a", answer.Text);
    }

    [Fact]
    public void Several_answers_of_one_body_stay_apart()
    {
        var answer = DialectCatalog.Find("cohere-generate").Read(Recorded.Body(
            """{"generations":[{"text":"a","token_likelihoods":[{"token":"a","likelihood":-0.25}]},{"text":"b","token_likelihoods":[{"token":"b","likelihood":-1.5}]}]}"""));

        Assert.Equal("-0.25", Assert.Single(answer.Steps).LogprobText);
        Assert.Equal("-1.5", Assert.Single(Assert.Single(answer.OtherChoices).Steps).LogprobText);
    }

    [Theory]
    [InlineData("""{"question":"q","choices":["message","text"],"answer":{"text":"x"}}""")]
    [InlineData("""{"results":[{"text":"found"}],"took":3}""")]
    [InlineData("""{"generations":[[{"text":"a","generation_info":null}]],"llm_output":null}""")]
    [InlineData("""{"output":"x","request_id":"y"}""")]
    [InlineData("""{"completions":12,"completion":"x"}""")]
    public void Other_json_is_no_answer(string body) => Assert.Null(DialectCatalog.Recognise(Recorded.Body(body, status: 0)));

    [Theory]
    [InlineData("Anthropic", """{"id":"msg_0","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""")]
    [InlineData("Anthropic", """{"stop_reason" : "end_turn", "content":[], "role":"assistant", "type" : "message"}""")]
    [InlineData("Anthropic", "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_0\",\"type\":\"message\",\"role\":\"assistant\",\"content\":[]}}\n\n")]
    [InlineData("Converse", """{"output":{"message":{"role":"assistant","content":[{"text":"x"}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":1}}""")]
    [InlineData("Titan", """{"inputTextTokenCount":1,"results":[{"tokenCount":1,"outputText":"x","completionReason":"FINISH"}]}""")]
    [InlineData("Mistral", """{"outputs":[{"text":"x","stop_reason":"stop"}]}""")]
    public void An_interface_without_scores_is_said_to_be_one(string whose, string body)
    {
        var said = Assert.IsType<Recording.Unreadable>(NoAnswer.Of(new Recording.Response(Recorded.Body(body, status: 0), "here"), null)).What;

        Assert.Contains("another kind of interface, without token scores", said, StringComparison.Ordinal);
        Assert.Contains(whose, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"message","text":"hello"}""")]
    [InlineData("""{"object":"chat.completion","choices":[{"message":{"role":"assistant","content":"\"type\":\"message\" \"stop_reason\""},"stop_reason":null}]}""")]
    public void Nothing_else_is_said_to_be_one(string body) =>
        Assert.DoesNotContain("another kind of interface", (NoAnswer.Of(new Recording.Response(Recorded.Body(body, status: 0), "here"), null) as Recording.Unreadable)?.What ?? "", StringComparison.Ordinal);
}
