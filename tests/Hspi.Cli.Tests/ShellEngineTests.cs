using Hspi.Tests;

namespace Hspi.Cli.Tests;

/// <summary>`hspi verify` against answers that look like Ollama's, which answers for the llama.cpp inside it.</summary>
public sealed class ShellEngineTests
{
    private const string Answer =
        """{"id":"chatcmpl-7","object":"text_completion","created":1,"model":"m","system_fingerprint":"fp_ollama","choices":[{"index":0,"text":" a","logprobs":{"tokens":[" a"],"token_logprobs":[-0.25],"top_logprobs":[{" a":-0.25,"b":-2.5}]},"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""";

    [Theory]
    [InlineData("ollama", "supported", 0)]
    [InlineData("llama.cpp", "supported", 0)]
    [InlineData("mlx", "not visible", 3)]
    public async Task The_shell_supports_a_claim_of_the_engine_inside_it_and_of_no_other(string claimed, string standing, int code)
    {
        await using var endpoint = ScriptedServer.Answering(ScriptedServer.Response(Answer));

        var ended = await HspiProgram.RunAsync("verify", "--endpoint", endpoint.Url, "--dialect", "openai-completions", "--model", "m", "--claim", $"engine={claimed}", "--evidence", Path.Combine(TestFolder.New(), "run.evidence.gz"));

        Assert.Contains($"engine={claimed}: {standing}", ended.Output, StringComparison.Ordinal);
        Assert.Equal(code, ended.Code);
    }
}
