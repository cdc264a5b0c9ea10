using Hspi.Readers.NumberText;

namespace Hspi.Core.Tests.Readers.NumberText;

public sealed class NumberTextReaderTests
{
    [Theory]
    [InlineData("float32-as-double", "-1.6017862558364868", "-8.226786613464355", "-8.5")] // vLLM #44319
    [InlineData("shortest-float32", "-0.29254505", "-1.3863528", "-0.031725008")] // OpenAI's openapi.yaml, older examples
    [InlineData("float16-values", "-1.5351562", "-2.5722656", "-0.03414917", "-0.3635254")] // TGI test fixtures, f16 weights
    [InlineData("shortest-double", "-1.6017862558364861", "-0.12345678901234567")]
    [InlineData("rounded-4-decimals", "-1.6018", "-8.2268", "-0.0317", "-9.1019")]
    [InlineData("bfloat16-values", "-1.6015625", "-8.25", "-0.03173828125")]
    public void Digits_tell_the_form(string expected, params string[] logprobs) =>
        Assert.Equal(expected, NumberTextReader.Read([Some.Answer(logprobs)]).Form);

    [Theory]
    [InlineData("Python json", "-1.9361264946837764e-07", "-20.0")]
    [InlineData("Rust serde_json", "-1.9361264946837764e-7", "-20.0")]
    [InlineData("JavaScript JSON.stringify", "-1.9361264946837764e-7", "-20")]
    [InlineData(".NET System.Text.Json", "-1.9361264946837764E-07", "-20")]
    public void The_form_of_small_and_whole_numbers_tells_the_serializer(string expected, params string[] logprobs) =>
        Assert.Contains(expected, NumberTextReader.Read([Some.Answer(logprobs)]).Detail.Serializers);

    [Fact]
    public void Two_ways_of_writing_in_one_answer_betray_a_proxy() =>
        Assert.True(NumberTextReader.Read([Some.Answer("-1.9361264946837764e-07", "-1.9361264946837764E-7", "-20")]).Detail.Reserialised);

    [Fact]
    public void Sentinels_are_kept_apart()
    {
        var detail = NumberTextReader.Read([Some.Answer("-0.5117862558364868", "-9999.0", "-Infinity", "0.0")]).Detail;

        Assert.Equal(1, detail.Numbers);
        Assert.Equal(3, detail.Sentinels.Values.Sum());
    }
}
