using Hspi.Readers.Lattice;
using Hspi.Dialects.Recordings;
using Hspi.Readers.Inspection;
using Hspi.Readers.Surface;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers.Inspection;

public sealed class InspectorTests
{
    private static readonly SurfaceReader Surface = new(SignatureBase.Load(Repository.PathOf("probes/signatures")));

    [Theory]
    [InlineData("01-openai-chat-logprobs-top3.session.json", "bf16", "float32-as-double")]
    [InlineData("10-openai-gpt41nano-chat-logprobs.json", "bf16", "float32-as-double")]
    [InlineData("11-openai-gpt4omini-chat-top20.json", "bf16", "float32-as-double")]
    [InlineData("18-tgi-llama-f16-generate.json", "unknown", "float16-values")]
    public void A_recording_gives_away_the_precision_of_its_head(string file, string head, string numberText)
    {
        Assert.All(Repository.Recordings(file), path =>
        {
            var inspector = new Inspector(file);
            foreach (var recording in RecordingFile.Read(path))
            {
                inspector.Add(Observed.Of(Assert.IsType<Recording.Response>(recording).Exchange, Surface)!);
            }

            var result = inspector.Result();
            Assert.Equal((head, numberText), (result.Findings.Head.Head.Word(), result.Findings.Numbers.Form));
        });
    }

    [Fact]
    public void Only_greedy_answers_to_one_question_must_agree()
    {
        var inspector = new Inspector("");
        foreach (var (temperature, text) in ((string, string)[])[("0", "a"), ("0.0", "a"), ("0", "a"), ("1", "b"), ("1", "c")])
        {
            var exchange = Dialects.Recorded.Body(
                $$"""{"object":"text_completion","choices":[{"text":"{{text}}"}]}""", "http://h/v1/completions", request: $$"""{"temperature":{{temperature}}}""");
            inspector.Add(Observed.Of(exchange, Surface)!);
        }

        Assert.Equal("steady", inspector.Result().Findings.Steadiness.Pattern);
        Assert.Equal(1, inspector.Result().Findings.Steadiness.Detail.Questions);
    }

    [Fact]
    public void What_a_stranger_wrote_is_cut_before_it_is_kept()
    {
        var inspector = new Inspector("");
        var endless = new string('m', 5_000_000);

        inspector.Add(Observed.Of(Dialects.Recorded.Body($$"""{"object":"text_completion","model":"{{endless}}","choices":[{"text":"a"}]}"""), Surface)!);
        inspector.Add(Observed.Of(Dialects.Recorded.Body($$"""{"error":{"message":"{{endless}}"} }""", "http://h/v1/completions"), Surface)!);

        Assert.InRange(Assert.Single(inspector.Result().Models).Length, 100, 1000);
        Assert.InRange(Assert.Single(inspector.Result().Errors).Length, 100, 1000);
    }

    [Fact]
    public void Other_json_is_no_response() =>
        Assert.Null(Observed.Of(RecordingFile.Body("""{"name":"py","args":[1,2]}""").Exchange, Surface));
}
