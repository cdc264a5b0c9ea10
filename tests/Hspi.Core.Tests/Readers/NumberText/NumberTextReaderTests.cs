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

    [Theory]
    [InlineData("rounded-3-digits", "-1.23", "-0.0457", "-12.3")]
    [InlineData("rounded-2-decimals", "-1.23", "-0.05", "-12.31")]
    public void Rounding_to_digits_is_told_from_rounding_to_decimals(string expected, params string[] logprobs) =>
        Assert.Equal(expected, NumberTextReader.Read([Some.Answer(logprobs)]).Form);

    [Theory]
    // Each text by the program's own rules, see SerializerRule: where plain digits end, how an exponent is written, what a whole number looks like.
    [InlineData("-0.0001", "Python json,Rust serde_json,JavaScript JSON.stringify,Go encoding/json,nlohmann::json (llama.cpp),.NET System.Text.Json")]
    [InlineData("-0.001", "Python json,Rust serde_json,JavaScript JSON.stringify,Go encoding/json,nlohmann::json (llama.cpp),.NET System.Text.Json,Java Jackson")]
    [InlineData("-0.00001", "Rust serde_json,JavaScript JSON.stringify,Go encoding/json")]
    [InlineData("-0.000001", "JavaScript JSON.stringify,Go encoding/json")]
    [InlineData("-1e-05", "Python json,nlohmann::json (llama.cpp)")]
    [InlineData("-1e-6", "Rust serde_json")]
    [InlineData("-1e-7", "Rust serde_json,JavaScript JSON.stringify,Go encoding/json")]
    [InlineData("-1E-05", ".NET System.Text.Json")]
    [InlineData("-1.0E-4", "Java Jackson")]
    [InlineData("-1e-12", "Python json,Rust serde_json,JavaScript JSON.stringify,Go encoding/json,nlohmann::json (llama.cpp)")]
    [InlineData("-3.0", "Python json,Rust serde_json,nlohmann::json (llama.cpp),Java Jackson")]
    [InlineData("-3", "JavaScript JSON.stringify,Go encoding/json,.NET System.Text.Json")]
    [InlineData("-1e-007", "")]
    [InlineData("-1e-01", "")]
    public void A_text_tells_who_can_have_written_it(string text, string writers) =>
        Assert.Equal(writers, string.Join(',', NumberTextReader.Read([Some.Answer(text)]).Detail.Serializers));

    [Fact]
    public void Prompts_are_read_too_and_a_chosen_token_that_is_listed_again_counts_once()
    {
        var answer = Some.Answer("-0.5", "-1.25");

        Assert.Equal(2, NumberTextReader.Read([answer]).Detail.Numbers);
        Assert.Equal(4, NumberTextReader.Read([answer with { PromptSteps = answer.Steps }]).Detail.Numbers);
    }

    [Fact]
    public void The_counts_behind_the_form_are_shown()
    {
        var finding = NumberTextReader.Read([Some.Answer("-0.5", "-1.1", "-1.6017862558364868", "-100", "0.0"), Some.Answer("-100")]);

        Assert.Equal((3, 2), (finding.Detail.Numbers, finding.Detail.Float32));
        Assert.Equal([1, 2, 17], finding.Detail.Digits.Index().Where(pair => pair.Item > 0).Select(pair => pair.Index));
        Assert.Equal(["-1.6017862558364868", "-0.5", "-1.1"], finding.Detail.Longest);
        Assert.Equal(2, finding.Detail.Sentinels["-100"]);
        Assert.Equal(1, finding.Detail.Sentinels["0.0"]);
        Assert.StartsWith("3 numbers, 2 of them exact float32; they are doubles; most serializers write so; 3 sentinels.", finding.Reading.Seen, StringComparison.Ordinal);
        Assert.Equal(2, finding.Reading.Calls);
    }

    [Fact]
    public void Eight_of_the_longest_texts_are_kept_none_twice_and_none_beyond_measure()
    {
        string[] texts = [.. Enumerable.Range(1, 12).Select(i => "-0." + new string('1', i)), "-0.111", "-0." + new string('1', 60)];

        var longest = NumberTextReader.Read([Some.Answer(texts)]).Detail.Longest;

        Assert.Equal(Enumerable.Range(5, 8).Reverse().Select(i => "-0." + new string('1', i)), longest);
    }

    [Fact]
    public void Answers_without_numbers_have_no_form()
    {
        var finding = NumberTextReader.Read([Some.Answer("-100")]);

        Assert.Equal("unknown", finding.Form);
        Assert.Empty(finding.Reading.Likelihoods);
        Assert.False(finding.Detail.Reserialised);
        Assert.Equal("1 answers hold no logprob.", finding.Reading.Seen);
    }
}
