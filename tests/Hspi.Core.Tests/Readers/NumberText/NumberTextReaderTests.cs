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

    // The spacing of each set at 1.5, in nats; the doubles a hair less, so that of two sets that are equally coarse the smaller is named.
    [Fact]
    public void A_likelihood_is_the_spacing_of_the_set()
    {
        var likelihoods = Likelihoods("-1.5");

        Assert.Equal(
            ["float32-as-double", "shortest-float32", "shortest-double", "float16-values", "bfloat16-values", "rounded-1-decimals", "rounded-2-digits"],
            likelihoods.Keys.Where(name => !name.StartsWith("multiples", StringComparison.Ordinal)));
        Assert.Equal(-23 * Math.Log(2), likelihoods["float32-as-double"], 1e-12);
        Assert.Equal(-23 * Math.Log(2), likelihoods["shortest-float32"], 1e-12);
        Assert.Equal((-52 * Math.Log(2)) - 1e-9, likelihoods["shortest-double"], 1e-12);
        Assert.Equal(-10 * Math.Log(2), likelihoods["float16-values"], 1e-12);
        Assert.Equal(-7 * Math.Log(2), likelihoods["bfloat16-values"], 1e-12);
        Assert.Equal(-Math.Log(10), likelihoods["rounded-1-decimals"], 1e-12);
        Assert.Equal(-Math.Log(10), likelihoods["rounded-2-digits"], 1e-12);
    }

    // 12.25 lies three binades higher, and one decade.
    [Fact]
    public void Likelihoods_of_several_numbers_add_up_and_the_finest_of_them_says_where_rounding_stops()
    {
        var likelihoods = Likelihoods("-1.5", "-12.25");

        Assert.Equal(-43 * Math.Log(2), likelihoods["float32-as-double"], 1e-12);
        Assert.Equal(-17 * Math.Log(2), likelihoods["float16-values"], 1e-12);
        Assert.Equal(-11 * Math.Log(2), likelihoods["bfloat16-values"], 1e-12);
        Assert.Equal(-4 * Math.Log(10), likelihoods["rounded-2-decimals"], 1e-12);
        Assert.Equal((1 - 6) * Math.Log(10), likelihoods["rounded-4-digits"], 1e-12);
    }

    [Theory]
    [InlineData("-1.5000000000000002", "shortest-double")] // one double above 1.5
    [InlineData("-1.00000011920928955", "shortest-double,float32-as-double")] // 1 + 2^-23, written out
    [InlineData("-1.0000001", "shortest-double,shortest-float32")] // the shortest text of it
    [InlineData("-0.0130954385", "shortest-double,shortest-float32")] // one of the float32 that need nine digits
    [InlineData("-1.0009765625", "shortest-double,float32-as-double,float16-values")] // 1 + 2^-10
    [InlineData("-1.0078125", "shortest-double,float32-as-double,float16-values,shortest-float32,bfloat16-values")] // 1 + 2^-7
    public void A_number_outside_of_a_set_rules_it_out(string logprob, string possible)
    {
        var exact = Likelihoods(logprob).Where(pair => pair.Key.EndsWith("values", StringComparison.Ordinal) || pair.Key.Contains("float32", StringComparison.Ordinal) || pair.Key == "shortest-double").ToList();

        Assert.Equal(possible.Split(',').Order(), exact.Where(pair => pair.Value > -1000).Select(pair => pair.Key).Order());
        Assert.All(exact, pair => Assert.True(pair.Value is > -100 or -1000));
    }

    [Theory]
    [InlineData("-3.0517578125e-05", -24)] // 2^-15: below 2^-14 the numbers of float16 are evenly spaced
    [InlineData("-4.57763671875e-05", -24)] // 1.5 · 2^-15
    [InlineData("-0.0001220703125", -23)] // 2^-13
    [InlineData("-8.0", -7)]
    public void Float16_is_evenly_spaced_below_its_smallest_normal_number(string logprob, int exponent) =>
        Assert.Equal(exponent * Math.Log(2), Likelihoods(logprob)["float16-values"], 1e-12);

    [Theory]
    [InlineData("-0.12345678", "rounded-8-decimals")]
    [InlineData("-0.123456789", "")]
    [InlineData("-123.4567", "rounded-4-decimals,rounded-7-digits")]
    [InlineData("-123.45678", "rounded-5-decimals")]
    public void Numbers_are_called_rounded_where_they_are_much_coarser_than_a_float32(string logprob, string rounded) =>
        Assert.Equal(rounded, string.Join(',', Likelihoods(logprob).Keys.Where(name => name.StartsWith("rounded", StringComparison.Ordinal))));

    [Theory]
    [InlineData("each is a float32 printed as a double", "-1.6017862558364868", "-8.226786613464355")]
    [InlineData("each is the shortest text of a float32", "-0.29254505", "-1.3863528", "-0.031725008")]
    [InlineData("they are doubles", "-1.6017862558364861", "-0.12345678901234567")]
    [InlineData("each is an exact float16: whatever computed them rounded its results to float16", "-1.5351562", "-2.5722656", "-0.03414917")]
    [InlineData("each is an exact bfloat16: whatever computed them rounded its results to bfloat16", "-1.6015625", "-8.25", "-0.03173828125")]
    [InlineData("they are rounded 4 decimals", "-1.6018", "-8.2268", "-0.0317", "-9.1019")]
    public void The_form_is_said_in_words(string words, params string[] logprobs) =>
        Assert.Contains($"; {words}; ", NumberTextReader.Read([Some.Answer(logprobs)]).Reading.Seen, StringComparison.Ordinal);

    [Theory]
    [InlineData("-1e-6", "written so by Rust serde_json")]
    [InlineData("-3.0", "written so by Python json, Rust serde_json, nlohmann::json (llama.cpp), Java Jackson")] // four
    [InlineData("-1e-12", "most serializers write so")] // five
    [InlineData("-1e-007", "no single known serializer writes all of them: a proxy re-serialised some")]
    public void The_writers_are_said_in_words(string logprob, string words) =>
        Assert.EndsWith($"; {words}; 0 sentinels.", NumberTextReader.Read([Some.Answer(logprob)]).Reading.Seen, StringComparison.Ordinal);

    [Fact]
    public void Sixteen_sentinels_are_told_apart_and_of_these_all_are_counted()
    {
        string[] sentinels = [.. Enumerable.Range(1, 20).Select(i => $"-9999.{i:00}")];

        var kept = NumberTextReader.Read([Some.Answer(sentinels), Some.Answer(sentinels)]).Detail.Sentinels;

        Assert.Equal(sentinels.Take(16), kept.Keys);
        Assert.All(kept.Values, count => Assert.Equal(2, count));
    }

    [Fact]
    public void Numbers_of_twenty_digits_and_more_are_counted_together()
    {
        var digits = NumberTextReader.Read([Some.Answer("-0.12345678901234567891", "-0.12345678901234567891234")]).Detail.Digits;

        Assert.Equal((21, 2), (digits.Count, digits[20]));
    }

    [Theory]
    [InlineData(39, true)]
    [InlineData(40, false)]
    public void A_text_of_forty_characters_is_not_shown(int length, bool shown) =>
        Assert.Equal(shown, NumberTextReader.Read([Some.Answer("-0.".PadRight(length, '1'))]).Detail.Longest.Count == 1);

    private static IReadOnlyDictionary<string, double> Likelihoods(params string[] logprobs) => NumberTextReader.Read([Some.Answer(logprobs)]).Reading.Likelihoods;
}
