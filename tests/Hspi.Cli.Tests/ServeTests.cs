using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>The built-in server, asked as any client asks OpenAI.</summary>
public sealed class ServeTests : IAsyncLifetime
{
    private const string Platform = "engine=onnxruntime precision=fp32 kernels=opt-all batch=1";

    private readonly HttpClient _client = new();
    private Served? _server;

    private string Address => _server!.Address;

    public async ValueTask InitializeAsync() => _server = await Served.StartAsync(Platform, "--quiet-name", "--model-name", "little");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task It_lists_its_model_and_hides_its_platform()
    {
        var models = await _client.GetStringAsync($"{Address}/v1/models", TestContext.Current.CancellationToken);
        var answer = (await AskAsync("completions", new { prompt = "The ice", max_tokens = 2, logprobs = 5 })).GetRawText();

        Assert.Contains("\"little\"", models, StringComparison.Ordinal);
        Assert.DoesNotContain("onnx", models + answer, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("fp32", models + answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Greedy_answers_repeat_digit_for_digit_and_chat_prints_the_same_as_completions()
    {
        var first = await AskAsync("completions", new { prompt = "The ice", max_tokens = 6, temperature = 0, logprobs = 20 });
        var second = await AskAsync("completions", new { prompt = "The ice", max_tokens = 6, temperature = 0, logprobs = 20 });
        var chat = await AskAsync("chat/completions", new { messages = new[] { new { role = "user", content = "The ice" } }, max_tokens = 6, temperature = 0, logprobs = true, top_logprobs = 20 });

        var logprobs = first.GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal(logprobs.GetRawText(), second.GetProperty("choices")[0].GetProperty("logprobs").GetRawText());
        Assert.Equal(
            logprobs.GetProperty("token_logprobs").EnumerateArray().Select(one => one.GetRawText()),
            chat.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").EnumerateArray().Select(one => one.GetProperty("logprob").GetRawText()));
        Assert.All(logprobs.GetProperty("top_logprobs").EnumerateArray(), top => Assert.Equal(20, top.EnumerateObject().Count()));
    }

    [Fact]
    public async Task Printed_numbers_are_doubles_of_float32_as_python_prints_them()
    {
        var answer = await AskAsync("completions", new { prompt = "The ice", max_tokens = 6, temperature = 0, logprobs = 20 });

        var texts = answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().Select(one => one.GetRawText());
        Assert.All(texts, text =>
        {
            var value = double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(value, (float)value);
            Assert.True(text.Contains('.', StringComparison.Ordinal) || text.Contains('e', StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Its_digits_do_not_change_whatever_else_is_asked()
    {
        var evidence = Path.Combine(TestFolder.New(), "check.gz");

        var asked = await HspiProgram.RunAsync("check", "determinism", Address, "--callers", "2", "--evidence", evidence, "--json");
        var read = await HspiProgram.RunAsync("check", "determinism", evidence, "--json");

        Assert.Equal((0, 0), (asked.Code, read.Code));
        Assert.Equal(asked.Output, read.Output);
        Assert.Contains("\"deterministic\"", asked.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_holds_the_same_text_in_pieces_and_ends_with_done()
    {
        var whole = await AskAsync("completions", new { prompt = "The ice", max_tokens = 8, temperature = 0 });
        using var response = await _client.PostAsJsonAsync($"{Address}/v1/completions", new { prompt = "The ice", max_tokens = 8, temperature = 0, stream = true }, TestContext.Current.CancellationToken);
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("data: [DONE]", lines[^1]);
        var text = string.Concat(lines[..^1].Select(line => JsonDocument.Parse(line["data: ".Length..]).RootElement.GetProperty("choices")[0].GetProperty("text").GetString()));
        Assert.Equal(whole.GetProperty("choices")[0].GetProperty("text").GetString(), text);
        Assert.True(lines.Length > 8);
    }

    [Fact]
    public async Task Echo_scores_the_prompt_and_leaves_its_first_token_unscored()
    {
        var answer = await AskAsync("completions", new { prompt = "The ice", max_tokens = 0, logprobs = 3, echo = true });

        var scores = answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("token_logprobs").EnumerateArray().ToList();
        Assert.Equal("The ice", answer.GetProperty("choices")[0].GetProperty("text").GetString());
        Assert.Equal(JsonValueKind.Null, scores[0].ValueKind);
        Assert.All(scores[1..], score => Assert.True(score.GetDouble() <= 0));
    }

    [Fact]
    public async Task A_stop_ends_the_answer_before_it()
    {
        var whole = (await AskAsync("completions", new { prompt = "The ice", max_tokens = 12, temperature = 0 })).GetProperty("choices")[0].GetProperty("text").GetString()!;
        var stop = whole.Trim().Split(' ')[2];

        var answer = (await AskAsync("completions", new { prompt = "The ice", max_tokens = 12, temperature = 0, stop })).GetProperty("choices")[0];

        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], answer.GetProperty("text").GetString());
        Assert.Equal("stop", answer.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Sampling_repeats_with_its_seed_and_changes_with_another()
    {
        async Task<string> Draw(int seed) =>
            (await AskAsync("completions", new { prompt = "The ice", max_tokens = 20, temperature = 1.2, seed })).GetProperty("choices")[0].GetProperty("text").GetString()!;

        Assert.Equal(await Draw(7), await Draw(7));
        Assert.NotEqual(await Draw(7), await Draw(8));
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("{\"prompt\":1}", 400)]
    [InlineData("{\"prompt\":\"\\ud800\"}", 400)]
    [InlineData("{\"prompt\":\"x\",\"logprobs\":21}", 400)]
    [InlineData("{\"prompt\":\"x\",\"max_tokens\":100000}", 400)]
    [InlineData("{\"prompt\":[99999]}", 400)]
    [InlineData("{\"prompt\":\"x\",\"temperature\":1e999}", 400)]
    [InlineData("{\"prompt\":\"x\",\"logit_bias\":{\"1\":2}}", 400)]
    [InlineData("{\"prompt\":\"x\",\"model\":\"other\"}", 404)]
    public async Task What_it_cannot_serve_it_refuses_in_OpenAIs_form(string body, int status)
    {
        using var response = await _client.PostAsync($"{Address}/v1/completions", new StringContent(body), TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read()
    {
        using var response = await _client.PostAsync($"{Address}/v1/completions", new ByteArrayContent(new byte[2 << 20]), TestContext.Current.CancellationToken);

        Assert.Equal(413, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_termination_signal_ends_it_well() => Assert.Equal(0, await _server!.TerminateAsync());

    [Fact]
    public async Task An_unknown_platform_is_a_usage_error_that_says_where_to_look()
    {
        var ended = await HspiProgram.RunAsync("serve", "--platform", "engine=abacus");

        Assert.Equal(2, ended.Code);
        Assert.Contains("hspi platforms", ended.Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement> AskAsync(string route, object body)
    {
        using var response = await _client.PostAsync(
            $"{Address}/v1/{route}", new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
    }
}
