using Hspi.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Readers.Lattice;
using Hspi.Readers.LogUnit;
using Hspi.Readers.NumberText;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers;

/// <summary>Excerpts in the shape of real services' answers, and those answers themselves where ../shared, or HSPI_SHARED, holds them.</summary>
public sealed class RecordedHeadsTests
{
    [Theory]
    [InlineData("01-openai-chat-logprobs-top3.session.json")]
    [InlineData("03-openai-chat-stream-logprobs-top3.session.json")]
    [InlineData("10-openai-gpt41nano-chat-logprobs.json")]
    [InlineData("11-openai-gpt4omini-chat-top20.json")]
    public void Small_openai_models_have_a_bf16_head_and_draw_the_observed_curve(string file)
    {
        Assert.All(Repository.Recordings(file), path =>
        {
            var answers = Answers(path);

            Assert.Equal(Head.Bf16, LogitLatticeReader.Read(answers).Head);
            Assert.Equal("float32-as-double", NumberTextReader.Read(answers).Form);
            Assert.Equal("observed-curve", LogUnitReader.Read(answers).Name);
        });
    }

    [Theory]
    [InlineData("18-tgi-llama-f16-generate.json")]
    [InlineData("21-tgi-llama-gptq-generate.json")]
    [InlineData("25-tgi-bloom-generate-load.json")]
    public void Tgi_prints_float16_values(string file) =>
        Assert.All(Repository.Recordings(file), path => Assert.Equal("float16-values", NumberTextReader.Read(Answers(path)).Form));

    private static List<ParsedAnswer> Answers(string path) =>
    [
        .. RecordingFile.Read(path).OfType<Recording.Response>()
            .Select(response => DialectCatalog.Recognise(response.Exchange)?.Read(response.Exchange)).OfType<ParsedAnswer>(),
    ];
}
