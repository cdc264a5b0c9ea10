using Hspi.Core.Tests.Fuzzing;
using Hspi.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Exchanges;

namespace Hspi.Core.Tests.Dialects.Recordings;

public sealed class RecordingFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hspi-recordings-").FullName;

    [Fact]
    public void Lines_of_bodies_are_read_one_by_one_and_a_bad_line_stops_nothing()
    {
        var found = Read(string.Join('\n', Corpus.Bodies[0], "{\"broken\":", Corpus.Bodies[6], "", Corpus.Bodies[2]));

        Assert.Equal(["openai-chat", "line 2", "tgi-generate", "vllm-completions"], found.Select(Name));
    }

    [Fact]
    public void An_array_of_bodies_is_as_many_responses() =>
        Assert.Equal(["openai-chat", "tgi-generate", "tgi-generate"], Read($"[{Corpus.Bodies[0]},\n{Corpus.Bodies[6]},{Corpus.Bodies[6]}]").Select(Name));

    [Fact]
    public void Lines_of_events_are_one_response_for_each_stream()
    {
        static string Chunk(string id, string text) => $$"""{"id":"{{id}}","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{text}}"} }]}""";

        var found = Read(string.Join('\n', Chunk("1", "a"), Chunk("1", "b"), Chunk("2", "c")));

        Assert.Equal(["ab", "c"], found.Select(recording => Answer(recording).Text));
    }

    [Fact]
    public void A_HAR_file_gives_request_response_and_no_credentials()
    {
        var exchange = Assert.IsType<Recording.Response>(Assert.Single(Read(Corpus.Files.First(file => file.StartsWith("{\"log\"", StringComparison.Ordinal))))).Exchange;

        Assert.Equal("{\"choices\":[]}", exchange.Response!.Body);
        Assert.Equal("https://h/v1/chat/completions?key=[removed]", exchange.Request.Url);
        Assert.Equal("[removed]", exchange.Request.Headers.Single().Value);
        Assert.Equal(0.0125, exchange.Seconds);
    }

    [Fact]
    public void A_cassette_keeps_numbers_and_folded_text_as_they_were()
    {
        var cassette = Corpus.Files.First(file => file.StartsWith("interactions", StringComparison.Ordinal));

        var exchange = Assert.IsType<Recording.Response>(Assert.Single(Read(cassette))).Exchange;

        Assert.Contains("\"logprob\":-5.2e-05", exchange.Response!.Body, StringComparison.Ordinal);
        Assert.Contains("\"content\":\"It's a cat and more\"", exchange.Response.Body, StringComparison.Ordinal);
        Assert.Contains("two\\nlines\\n", exchange.Request.Body, StringComparison.Ordinal);
        Assert.Equal(200, exchange.Response.Status);
    }

    [Fact]
    public void Sse_text_is_one_response() => Assert.Equal("a", Answer(Assert.Single(Read(Corpus.Bodies[1]))).Text);

    [Fact]
    public void Streams_that_were_appended_to_one_file_are_one_response_each()
    {
        static string Stream(string id, string text) => $$"""
            : comment
            data: {"id":"{{id}}","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{text}}"} }]}

            data: [DONE]

            """;

        Assert.Equal(["a", "b", "c"], Read(Stream("1", "a") + Stream("2", "b") + Stream("3", "c") + "data: [DONE]\n").Select(recording => Answer(recording).Text));
    }

    [Theory]
    [InlineData(' ', "A line of more than 64 MiB")]
    [InlineData('\n', "One value of more than 64 MiB")]
    public void A_value_too_large_for_memory_is_refused_with_the_way_to_make_lines_of_it(char filler, string expected)
    {
        var file = Path.Combine(_folder, "large.json");
        using (var writer = new StreamWriter(file))
        {
            writer.Write($"[{Corpus.Bodies[0]},\n"[..(filler == ' ' ? ^1 : ^0)]);
            for (var megabyte = 0; megabyte < 65; megabyte++)
            {
                writer.Write(new string(' ', (1 << 20) - 1) + filler);
            }

            writer.Write($"{Corpus.Bodies[0]}]");
        }

        var refused = Assert.IsType<Recording.Unreadable>(Assert.Single(RecordingFile.Read(file))).What;

        Assert.StartsWith(expected, refused, StringComparison.Ordinal);
        Assert.Contains("jq -c '.log.entries[]'", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Our_own_evidence_is_a_recording_too()
    {
        var file = Path.Combine(_folder, "e.gz");
        using (var writer = EvidenceWriter.Create(file, new Dictionary<string, string>(), new SecretScrubber()))
        {
            writer.Append(new Exchange(new ExchangeRequest("POST", "http://h", [], ""), new ExchangeResponse(200, [], Corpus.Bodies[0]), 1));
        }

        Assert.Equal("openai-chat", Name(Assert.Single(RecordingFile.Read(file))));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{\"a\":", "not JSON")]
    [InlineData("interactions:\n- request: 'open\n", "not YAML")]
    public void What_is_broken_says_why(string content, string expected) =>
        Assert.Contains(expected, Assert.IsType<Recording.Unreadable>(Assert.Single(Read(content))).What, StringComparison.Ordinal);

    [Theory]
    [InlineData("hello", "no response in a known form")]
    [InlineData("# Notes\n\nNames: of things\n", "no response in a known form")]
    [InlineData("a\0b", "binary file")]
    [InlineData("{\"name\":\"py\",\"args\":[1,2]}", "its fields are name, args")]
    public void What_is_no_recording_says_what_it_is(string content, string expected) =>
        Assert.Contains(expected, Assert.IsType<Recording.Other>(Assert.Single(Read(content))).What, StringComparison.Ordinal);

    [Fact]
    public void An_xz_archive_says_how_to_unpack_it()
    {
        var file = Path.Combine(_folder, "a.tar.xz");
        File.WriteAllBytes(file, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4]);

        Assert.Contains("tar xJf", Assert.IsType<Recording.Unreadable>(RecordingFile.Read(file).Single()).What, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Name(Recording recording) => recording switch
    {
        Recording.Response response => DialectCatalog.Recognise(response.Exchange)?.Name ?? "unknown",
        Recording.Unreadable broken => broken.Where,
        _ => throw new InvalidOperationException(recording.GetType().Name),
    };

    private static ParsedAnswer Answer(Recording recording)
    {
        var exchange = Assert.IsType<Recording.Response>(recording).Exchange;
        return DialectCatalog.Recognise(exchange)!.Read(exchange);
    }

    private List<Recording> Read(string content)
    {
        var file = Path.Combine(_folder, "recorded.json");
        File.WriteAllText(file, content);
        return [.. RecordingFile.Read(file)];
    }
}
