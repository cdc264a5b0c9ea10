using Hspi.Readers.Lattice;
using Hspi.Dialects.Recordings;
using Hspi.Exchanges;
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

    [Fact]
    public void Nothing_read_is_of_no_dialect()
    {
        var result = new Inspector("f").Result();

        Assert.Equal(("f", 0, SurfaceReader.Unknown), (result.File, result.Responses, result.Dialect));
        Assert.Equal("There is no answer.", result.Findings.Surface.Reading.Seen);
    }

    [Fact]
    public void Responses_are_counted_by_dialect_the_most_frequent_first()
    {
        var result = Inspect(Completion("a"), Completion("b"), Dialects.Recorded.Body("""{"error":{"message":"e"} }""", "http://h/v1/chat/completions"), Strange, Strange, Strange);

        Assert.Equal([new(SurfaceReader.Unknown, 3), new("openai-completions", 2), new("openai-chat", 1)], result.Dialects);
        Assert.Equal((6, SurfaceReader.Unknown), (result.Responses, result.Dialect));
        Assert.Equal(6, result.Findings.Surface.Reading.Calls);
    }

    [Fact]
    public void Among_dialects_of_one_count_the_unknown_comes_last_and_the_others_by_name()
    {
        var vllm = Dialects.Recorded.Body("""{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"stop_reason":null}],"prompt_logprobs":null}""");

        Assert.Equal(["openai-completions", "vllm-chat", SurfaceReader.Unknown], Inspect(Strange, vllm, Completion("a")).Dialects.Select(pair => pair.Key));
    }

    [Fact]
    public void The_engine_is_named_from_all_responses() =>
        Assert.Equal("sglang", Inspect(Dialects.Recorded.Body("""{"id":"0123456789abcdef0123456789abcdef","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"logprobs":null,"finish_reason":"stop","matched_stop":2}],"usage":{},"metadata":{"weight_version":"default"}}""")).Findings.Surface.Engine);

    [Fact]
    public void Sixty_four_reasons_are_kept_and_all_places_are_counted()
    {
        var inspector = new Inspector("");
        for (var number = 1; number <= 70; number++)
        {
            inspector.Add(new Recording.Unreadable($"line {number}", $"why {number}"));
            inspector.Add(new Recording.Other($"line {number}", "another row"));
        }

        var result = inspector.Result();
        Assert.Equal((70, 70), (result.UnreadableCount, result.OtherCount));
        Assert.Equal(Enumerable.Range(1, 64).Select(number => $"line {number}: why {number}"), result.Unreadable.Select(reason => reason.ToString()));
        Assert.Equal("line 1: another row And 69 other places like it.", Assert.Single(result.Others).ToString());
    }

    [Fact]
    public void The_first_eight_places_of_answers_are_kept()
    {
        var inspector = new Inspector("");
        for (var line = 1; line <= 20; line++)
        {
            inspector.Add(Observed.Of(Completion("m"), Surface)!, $"line {line} → response");
        }

        Assert.Equal(Enumerable.Range(1, 8).Select(line => $"line {line} → response"), inspector.Result().Places);
    }

    [Fact]
    public void Eight_models_are_kept_each_once()
    {
        var models = Inspect([.. Enumerable.Range(0, 20).Select(i => Completion($"m{i / 2}"))]).Models;

        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"m{i}"), models);
    }

    [Fact]
    public void A_name_of_five_hundred_characters_is_whole_and_of_a_longer_one_so_many_are_kept()
    {
        var models = Inspect(Completion(new string('a', 500)), Completion(new string('b', 501)), Completion("")).Models;

        Assert.Equal([new string('a', 500), new string('b', 500) + "…"], models);
    }

    [Fact]
    public void Every_choice_of_an_answer_is_read_by_every_reader_of_numbers()
    {
        static string Choice(int index) => $$"""{"index":{{index}},"text":"t","logprobs":{"tokens":["t"],"token_logprobs":[-{{index + 1}}.1920928244535389e-07],"top_logprobs":[{"t":-{{index + 1}}.1920928244535389e-07,"u":-16.5}]} }""";

        var findings = Inspect(Dialects.Recorded.Body($$"""{"object":"text_completion","choices":[{{Choice(0)}},{{Choice(1)}}]}""")).Findings;

        Assert.Equal(2, findings.Numbers.Reading.Calls);
        Assert.Equal(4, findings.Numbers.Detail.Numbers);
        Assert.Equal(2, findings.LogUnit.Points.Count);
        Assert.Equal(2, findings.Head.Detail.Positions);
    }

    [Fact]
    public void An_answer_without_logprobs_is_none_for_the_readers_of_numbers() => Assert.Equal(0, Inspect(Completion("m")).Findings.Numbers.Reading.Calls);

    private static Exchange Strange => Dialects.Recorded.Body("""{"some":"thing"}""", "http://h/strange");

    private static Exchange Completion(string model) => Dialects.Recorded.Body($$"""{"object":"text_completion","model":"{{model}}","choices":[{"text":"a"}]}""");

    private static Inspected Inspect(params Exchange[] exchanges)
    {
        var inspector = new Inspector("");
        foreach (var exchange in exchanges)
        {
            inspector.Add(Observed.Of(exchange, Surface)!);
        }

        return inspector.Result();
    }
}
