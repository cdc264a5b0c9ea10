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
