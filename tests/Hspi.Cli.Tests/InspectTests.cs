using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

public sealed class InspectTests
{
    private const string Body = """{"id":"chatcmpl-1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"logprobs":{"content":[{"token":"a","logprob":-0.5,"top_logprobs":[]}]},"finish_reason":"length"}],"system_fingerprint":"b7099-10e978015"}""";

    [Fact]
    public async Task Each_file_and_all_together_are_reported_in_the_documented_form()
    {
        var folder = TestFolder.New();
        var file = Path.Combine(folder, "one.json");
        await File.WriteAllTextAsync(file, Body, TestContext.Current.CancellationToken);

        var ended = await HspiProgram.RunAsync("inspect", file, "--json");

        Assert.Equal(0, ended.Code);
        var first = JsonDocument.Parse(ended.Output).RootElement.GetProperty("files")[0];
        Assert.Equal(file, first.GetProperty("file").GetString());
        Assert.Equal(1, first.GetProperty("responses").GetInt32());
        Assert.Equal("openai-chat", first.GetProperty("dialect").GetString());
        Assert.Equal("llama.cpp", first.GetProperty("engine").GetProperty("name").GetString());
        Assert.InRange(first.GetProperty("engine").GetProperty("probability").GetDouble(), 0.95, 1);
        Assert.Equal(JsonValueKind.String, first.GetProperty("numberText").ValueKind);
        Assert.Equal("unknown", first.GetProperty("head").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Object, first.GetProperty("head").GetProperty("likelihoods").ValueKind);
    }

    [Fact]
    public async Task Embeddings_are_said_with_their_number_format()
    {
        var file = Path.Combine(TestFolder.New(), "embedding.json");
        var numbers = Enumerable.Range(1, 400).Select(i => ((float)(Half)MathF.Sin(i * i)).ToString("R", System.Globalization.CultureInfo.InvariantCulture));
        await File.WriteAllTextAsync(file, $$"""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[{{string.Join(',', numbers)}}]}],"model":"m"}""", TestContext.Current.CancellationToken);

        var json = await HspiProgram.RunAsync("inspect", file, "--json");
        var text = await HspiProgram.RunAsync("inspect", file);

        Assert.Equal((0, 0), (json.Code, text.Code));
        var embedding = JsonDocument.Parse(json.Output).RootElement.GetProperty("files")[0].GetProperty("embedding");
        Assert.Equal(400, embedding.GetProperty("dimensions").GetInt32());
        Assert.Equal(1, embedding.GetProperty("vectors").GetInt32());
        Assert.InRange(embedding.GetProperty("norm").GetDouble(), 13, 16);
        Assert.Equal("fp16", embedding.GetProperty("precision").GetProperty("name").GetString());
        Assert.InRange(embedding.GetProperty("precision").GetProperty("likelihoods").GetProperty("fp16").GetDouble(), 0.999, 1);
        Assert.Equal("after", embedding.GetProperty("rounded").GetString());
        Assert.Contains("The numbers of 1 of 1 vectors are themselves fp16: rounding came last.", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_does_not_stop_the_others()
    {
        var folder = TestFolder.New();
        var file = Path.Combine(folder, "one.json");
        await File.WriteAllTextAsync(file, Body, TestContext.Current.CancellationToken);

        var ended = await HspiProgram.RunAsync("inspect", Path.Combine(folder, "missing.json"), file);

        Assert.Equal(4, ended.Code);
        Assert.Contains("llama.cpp", ended.Output, StringComparison.Ordinal);
        Assert.Contains("missing.json", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_a_folder_without_an_answer_is_named_with_its_reason_and_only_a_broken_one_is_a_failure()
    {
        var folder = TestFolder.New();
        await File.WriteAllTextAsync(Path.Combine(folder, "one.json"), Body, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.md"), "# Notes\n", TestContext.Current.CancellationToken);

        var good = await HspiProgram.RunAsync("inspect", folder);

        Assert.Equal(0, good.Code);
        Assert.Contains("1 file in folders without a response", good.Output, StringComparison.Ordinal);
        Assert.Contains("notes.md: It holds no response in a known form.", good.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(folder, "broken.yaml"), "interactions:\n- response: 'open\n", TestContext.Current.CancellationToken);

        var failed = await HspiProgram.RunAsync("inspect", folder, "--json");

        Assert.Equal(4, failed.Code);
        Assert.Contains("broken.yaml: Line ", failed.Error, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(failed.Output).RootElement.GetProperty("skipped").GetInt32());
    }

    [Theory]
    [InlineData("hello", "no response in a known form")]
    [InlineData("", "empty")]
    [InlineData("""{"version":1}""", "its fields are version")]
    [InlineData("""{"type":"message","role":"assistant","content":[]}""", "another kind of interface, without token scores")]
    [InlineData("""{"request":{"url":"https://h/a.css"},"response":{"status":200,"body":"b"} }""", "The body is not JSON")]
    [InlineData("""{"text_output":"a","token_log_probabilities":[-0.5]}""", "Read, but these scores are not understood: `token_log_probabilities`.")]
    public async Task A_failure_is_never_without_a_word(string content, string expected)
    {
        var file = Path.Combine(TestFolder.New(), "file");
        await File.WriteAllTextAsync(file, content, TestContext.Current.CancellationToken);

        var ended = await HspiProgram.RunAsync("inspect", file);

        Assert.Equal(4, ended.Code);
        Assert.Contains(expected, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_log_holds_beside_answers_is_counted_and_is_no_failure()
    {
        var file = Path.Combine(TestFolder.New(), "log.jsonl");
        await File.WriteAllTextAsync(file, $"{{\"level\":\"info\"}}\n{{\"response\":{Body}}}\n{{\"level\":\"info\"}}\n", TestContext.Current.CancellationToken);

        var ended = await HspiProgram.RunAsync("inspect", file);

        Assert.Equal((0, ""), (ended.Code, ended.Error));
        Assert.Contains("found at     line 2 → response", ended.Output, StringComparison.Ordinal);
        Assert.Contains("no answer    2 places; line 1: No answer of a model; its fields are level.", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_base_beside_the_program_is_in_order()
    {
        var ended = await HspiProgram.RunAsync("signatures", "check");

        Assert.Equal(0, ended.Code);
        Assert.Contains("are in order", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_answer_is_explained_and_printed_ready_to_be_pasted_in()
    {
        var file = Path.Combine(TestFolder.New(), "strange.json");
        await File.WriteAllTextAsync(file, """{"id":"strange-1","object":"text_completion","choices":[{"text":"a"}]}""", TestContext.Current.CancellationToken);

        var ended = await HspiProgram.RunAsync("signatures", "explain", file);

        Assert.Equal(0, ended.Code);
        Assert.Contains("s:NAME:*:FLAVOUR", ended.Output, StringComparison.Ordinal);
        Assert.Contains("adds    id = strange-1  1", ended.Output, StringComparison.Ordinal);
    }
}
