using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Hspi.Core.Tests.Fuzzing;
using Hspi.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Tests;

namespace Hspi.Core.Tests.Dialects.Recordings;

public sealed class AnswerWalkTests : IDisposable
{
    private const string Address = "https://api.openai.com/v1/chat/completions";

    private static readonly string Body = Corpus.Bodies[0];
    private static readonly string Again = Body.Replace("chatcmpl-D", "chatcmpl-E", StringComparison.Ordinal);
    private static readonly string Anonymous = """{"details":{"tokens":[]},"generated_text":"x"}""";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    private readonly string _folder = Directory.CreateTempSubdirectory("hspi-walk-").FullName;

    [Fact]
    public void A_body_is_found_wherever_it_lies_and_its_place_is_told()
    {
        Assert.Equal(["a.b[1].c"], Places($$"""{"a":{"b":[1,{"c":{{Body}} }]} }"""));
        Assert.Equal(["line 1 → response.body", "line 2 → log.x[0]"], Places($$"""
            {"response":{"body":{{Body}} } }
            {"log":{{Quoted($$"""{"x":[{{Body}}]}""")}} }
            """));
        Assert.Equal([""], Places(Body));
        Assert.Equal(["value 1", "value 2"], Places(Indented(Body) + "\n" + Indented(Again)));
    }

    [Fact]
    public void A_body_in_texts_in_texts_is_found() =>
        Assert.Equal(["a.b.c"], Places($$"""{"a":{{Quoted($$"""{"b":{{Quoted($$"""{"c":{{Body}}}""")}}}""")}}}"""));

    [Fact]
    public void Above_the_choice_lies_no_answer_but_the_choice_is_found() =>
        Assert.Equal("Paris", Answer(Assert.Single(Read($$"""{"object":"chat.completion","result":{{Body}}}"""))).Text);

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("raw-deflate")]
    [InlineData("zstd")]
    [InlineData("identity")]
    public void A_compressed_body_in_Base64_is_unpacked(string encoding)
    {
        var packed = Convert.ToBase64String(Compressed(encoding));

        var exchange = Single(Har(packed, """,{"name":"Content-Encoding","value":"HOW"}""".Replace("HOW", encoding.Replace("raw-", "", StringComparison.Ordinal), StringComparison.Ordinal), ""","encoding":"base64" """));

        Assert.Equal(Body, exchange.Response!.Body);
        Assert.Equal((Address, 200), (exchange.Request.Url, exchange.Response.Status));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    public void A_compressed_body_that_is_broken_is_refused(string encoding)
    {
        var bytes = Compressed(encoding);
        Array.Fill(bytes, (byte)0xAA, bytes.Length / 3, bytes.Length / 3);

        var refused = Assert.IsType<Recording.Unreadable>(Assert.Single(Read(Har(Convert.ToBase64String(bytes), $$""",{"name":"Content-Encoding","value":"{{encoding}}"}""", ""","encoding":"base64" """))));

        Assert.Equal("log.entries[0].response.content.text", refused.Where);
        Assert.Contains("broken", refused.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_in_chunks_is_put_together()
    {
        var gzip = Compressed("gzip");
        var (hex, base64) = (Convert.ToHexStringLower(gzip), Convert.ToBase64String(gzip));

        foreach (var chunks in (string[][])[[hex[..100], hex[100..]], [base64[..101], base64[101..]], [Convert.ToBase64String(gzip[..100]), Convert.ToBase64String(gzip[100..])]])
        {
            var list = $"[{string.Join(',', chunks.Select(Quoted))}]";
            Assert.Equal(Body, Single(Har(list, "", ""","encoding":"base64" """)).Response!.Body);
            Assert.Equal(Body, Single($$"""[{"scope":"https://api.openai.com:443","method":"POST","path":"/v1/chat/completions","body":{"temperature":0},"status":200,"response":{{list}},"rawHeaders":["Server","s"]}]""").Response!.Body);
        }

        Assert.Equal(Body, Single($$"""{"response":{"status":200,"body":{"type":"Buffer","data":[{{string.Join(',', Encoding.UTF8.GetBytes(Body))}}]} } }""").Response!.Body);
    }

    [Fact]
    public void Mock_servers_say_who_was_asked()
    {
        var nock = Single($$"""[{"scope":"https://api.openai.com:443","method":"POST","path":"/v1/chat/completions","body":{"temperature":0},"status":200,"response":{{Body}},"rawHeaders":["Server","s"]}]""");
        Assert.Equal(("https://api.openai.com:443/v1/chat/completions", """{"temperature":0}"""), (nock.Request.Url, nock.Request.Body));
        Assert.Equal(new("Server", "s"), Assert.Single(nock.Response!.Headers));

        var charles = Single($$"""[{"scheme":"https","host":"api.openai.com","path":"/v1/chat/completions","method":"POST","request":{"header":{"headers":[]},"body":{"text":"{}"} },"response":{"status":200,"header":{"headers":[{"name":"Server","value":"s"}]},"body":{"text":{{Quoted(Body)}},"charset":null} } }]""");
        Assert.Equal((Address, "{}", 200), (charles.Request.Url, charles.Request.Body, charles.Response!.Status));
        Assert.Equal(new("Server", "s"), Assert.Single(charles.Response.Headers));

        var postman = Single($$"""{"item":[{"request":{},"response":[{"originalRequest":{"method":"POST","url":{"raw":"{{Address}}"},"header":[{"key":"A","value":"b"}],"body":{"mode":"raw","raw":"{}"} },"status":"OK","code":200,"header":[{"key":"Server","value":"s"}],"body":{{Quoted(Body)}} }]}]}""");
        Assert.Equal((Address, "{}", 200), (postman.Request.Url, postman.Request.Body, postman.Response!.Status));

        var wiremock = Single($$"""{"mappings":[{"request":{"urlPath":"/v1/chat/completions","method":"POST"},"response":{"status":200,"base64Body":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Body))}}"} }]}""");
        Assert.Equal(("/v1/chat/completions", Body), (wiremock.Request.Url, wiremock.Response!.Body));
    }

    [Fact]
    public void Cassettes_of_every_recorder_are_read()
    {
        var gzip = Convert.ToBase64String(Compressed("gzip"));
        var request = $"- request: {{method: post, uri: '{Address}', body: {{encoding: UTF-8, string: '{{}}'}}}}\n";
        string[] cassettes =
        [
            $"# recorded\n---\nhttp_interactions:\n{request}  response:\n    status: {{code: 200, message: OK}}\n    body:\n      encoding: UTF-8\n      string: '{Body}'\n",
            $"---\nhttp_interactions:\n{request}  response:\n    status: {{code: 200}}\n    body:\n      encoding: ASCII-8BIT\n      string: !binary |-\n        {gzip}\n",
            $"http_interactions:\n{request}  response:\n    status: {{code: 200}}\n    body:\n      encoding: UTF-8\n      base64_string: |\n        {gzip[..60]}\n        {gzip[60..]}\n",
            $"interactions:\n{request}  response:\n    status: {{code: 200}}\n    body:\n      string: !!binary |\n        {gzip[..80]}\n        {gzip[80..]}\n    headers: &h\n      Content-Encoding: [gzip]\n  again: *h\nversion: 1\n",
            $"interactions:\n{request}  response:\n    content: '{Body}'\n    headers: {{}}\n    http_version: HTTP/1.1\n    status_code: 200\nversion: 1\n",
            $"version: 2\ninteractions:\n    - id: 0\n      request:\n        body: '{{}}'\n        url: {Address}\n        method: POST\n      response:\n        body: '{Body}'\n        headers: {{}}\n        status: 200 OK\n        code: 200\n",
            $"requests:\n- {{method: POST, uri: '{Address}', body: '{{}}', headers: {{}}}}\nresponses:\n- status: {{code: 200}}\n  headers: {{}}\n  body: {{string: !!binary {gzip}}}\n",
            $"? interactions\n: - {request[2..]}    ? response\n    : {{status: {{code: 200}}, body: {{string: '{Body}'}}}}\n",
        ];

        Assert.All(cassettes, cassette =>
        {
            var exchange = Single(cassette);
            Assert.Equal((Body, Address, "{}", 200), (exchange.Response!.Body, exchange.Request.Url, exchange.Request.Body, exchange.Response.Status));
        });
    }

    [Fact]
    public void Http_as_text_is_read()
    {
        string[] texts =
        [
            $"HTTP/2 200 \ncontent-type: application/json\nserver: s\n\n{Body}\n",
            $"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nServer: s\r\nTransfer-Encoding: chunked\r\n\r\n{100:x}\r\n{Body[..100]}\r\n{Encoding.UTF8.GetByteCount(Body) - 100:x}\r\n{Body[100..]}\r\n0\r\n\r\n",
            $"* Connected\n> POST /v1/chat/completions HTTP/2\n> Host: api.openai.com\n> \n< HTTP/2 200 \n< server: s\n< \n{Body}\n",
        ];

        Assert.All(texts, text =>
        {
            var exchange = Single(text);
            Assert.Equal("Paris", DialectCatalog.Recognise(exchange)!.Read(exchange).Text);
            Assert.Equal(200, exchange.Response!.Status);
            Assert.Contains(exchange.Response.Headers, header => header.Value == "s");
        });
        Assert.Equal(Address, Single(texts[2]).Request.Url);
    }

    [Fact]
    public void A_trace_of_Gos_httprr_is_read()
    {
        var request = $"POST {Address} HTTP/1.1\r\nHost: api.openai.com\r\n\r\n{{}}";
        var (one, two) = ($"HTTP/2.0 200 OK\r\n\r\n{Body}", $"HTTP/2.0 200 OK\r\n\r\n{Again}");
        string Pair(string response) => $"{Encoding.UTF8.GetByteCount(request)} {Encoding.UTF8.GetByteCount(response)}\n{request}{response}";

        var found = Read($"httprr trace v1\n{Pair(one)}{Pair(two)}").Cast<Recording.Response>().ToList();

        Assert.Equal([Body, Again], found.Select(response => response.Exchange.Response!.Body.Trim()));
        Assert.All(found, response => Assert.Equal((Address, "{}"), (response.Exchange.Request.Url, response.Exchange.Request.Body)));
        Assert.Contains("no response", Assert.IsType<Recording.Other>(Assert.Single(Read("httprr trace v1\n"))).What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_that_a_log_holds_twice_is_counted_once_and_the_one_as_sent_is_kept()
    {
        var own = Body.Replace("\"id\":\"chatcmpl-DQhRwlOV6vnGqH29Lqf7xiGFYqdoH\",\"object\":\"chat.completion\",", "", StringComparison.Ordinal);
        Assert.NotEqual(own, Body);

        Assert.Equal(["samples[0].events[0].call.response"], Places($$"""{"samples":[{"output":{{own}},"events":[{"output":{{own}},"call":{"response":{{Body}} } }]}]}"""));
        Assert.Equal(["response"], Places($$"""{"api_base":"https://h","response":{{Body}},"standard_logging_object":{"response":{{Body}} } }"""));
    }

    [Fact]
    public void Items_of_a_list_are_answers_of_their_own_however_alike() =>
        Assert.Equal(["responses[0]", "responses[1]"], Places($$"""{"responses":[{{Anonymous}},{{Anonymous}}]}"""));

    [Fact]
    public void Answers_between_words_are_found()
    {
        Assert.Equal(["line 4", "line 7"], Places($"# A bug {{of}} mine\n\n```json\n{Indented(Body).ReplaceLineEndings(" ")}\n```\n\n2026-01-01 INFO response: {Again}\n"));

        var cut = Read($"interactions:\n- response:\n    body:\n      string: '{Body}'\n- response:\n    body: 'open\n");
        Assert.Equal("Paris", Answer(cut[0]).Text);
        Assert.Contains("is not YAML", Assert.IsType<Recording.Unreadable>(cut[1]).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Braces_that_are_never_closed_take_linear_time()
    {
        var started = Environment.CpuUsage.TotalTime;

        _ = Read(string.Concat(Enumerable.Repeat("words { \"\n", 200_000)));

        Assert.InRange(Environment.CpuUsage.TotalTime - started, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Events_of_a_stream_are_one_answer_wherever_a_log_keeps_them()
    {
        static string Chunk(string text) => $$"""{"id":"1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"{{text}}"} }]}""";

        Assert.Equal("ab", Answer(Assert.Single(Read($$"""
            {"ts":1,"event":{{Chunk("a")}}}
            {"ts":2,"event":{{Chunk("b")}}}
            """))).Text);
        Assert.Equal("ab", Answer(Assert.Single(Read($$"""{"chunks":[{{Chunk("a")}},{{Chunk("b")}}],"final":{"id":"1","object":"chat.completion","choices":[{"message":{"content":"ab"} }]} }"""))).Text);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void A_compressed_file_is_read(string encoding)
    {
        var file = Path.Combine(_folder, "packed");
        File.WriteAllBytes(file, Compressed(encoding));

        Assert.Equal("Paris", Answer(Assert.Single(RecordingFile.Read(file))).Text);
    }

    [Fact]
    public void The_files_of_a_zip_archive_are_read()
    {
        var file = Path.Combine(_folder, "log.eval");
        using (var archive = ZipFile.Open(file, ZipArchiveMode.Create))
        {
            foreach (var (name, text) in ((string, string)[])[("header.json", "{\"version\":2}"), ("samples/1.json", $$"""{"call":{"response":{{Body}} } }""")])
            {
                using var writer = new StreamWriter(archive.CreateEntry(name).Open());
                writer.Write(text);
            }
        }

        Assert.Equal(["header.json", "samples/1.json → call.response"], RecordingFile.Read(file).Select(recording => recording.Where));
    }

    [Fact]
    public void What_unpacks_without_end_is_refused()
    {
        using var bomb = new MemoryStream();
        using (var zip = new GZipStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zip.Write("{\""u8);
            zip.Write(new byte[50 << 20]);
        }

        var refused = Assert.IsType<Recording.Unreadable>(Assert.Single(Read($$"""{"a":"{{Convert.ToBase64String(bomb.ToArray())}}"}""")));

        Assert.Contains("200 times its size", refused.What, StringComparison.Ordinal);
        Assert.Equal("a", refused.Where);
    }

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        var yaml = new StringBuilder("response: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level < 12; level++)
        {
            yaml.Append($"k{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        }

        Assert.Contains(Read(yaml.ToString()), found => found is Recording.Unreadable { What: var what } && what.Contains("aliases make it too long", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"type":"message","role":"assistant","content":[{"type":"text","text":"a"}],"stop_reason":"end_turn"}""", "another kind of interface, without token scores")]
    [InlineData("""{"model_name":"m","text_output":"a","word_log_probs":[-0.5]}""", "Read, but these scores are not understood: `word_log_probs`.")]
    [InlineData("""{"choices":[{"message":{"content":"a"},"strange_logprobs":{"a":-0.5}}],"object":"chat.completion"}""", "Read, but these scores are not understood: `strange_logprobs`.")]
    [InlineData("""{"rows":[{"token_logprobs":[-0.5,-1.5]}]}""", "Read, but these scores are not understood: `token_logprobs`.")]
    [InlineData("""{"error":{"message":"no such model"}}""", "No answer, but an error: no such model")]
    [InlineData("""{"request":{"url":"https://h/x"},"response":{"status":200,"bodyFileName":"b.json"}}""", "Its body lies in a file of its own, b.json")]
    [InlineData("""{"request":{"url":"https://h/x"},"response":{"status":200,"headers":{}}}""", "whose body was not kept")]
    [InlineData("""{"request":{"url":"https://h/x"},"response":{"status":200,"body":"AAECAwQFBgcICQoLDA0ODw==","content_encoding":"x"}}""", "The body is not JSON")]
    [InlineData("""{"request":{"url":"https://h/x"},"response":{"status":200,"headers":[],"content":{"text":"no!","encoding":"base64"}}}""", "It says that it is Base64, and is not.")]
    [InlineData("""{"request":{"url":"https://h/x"},"response":{"status":200,"headers":[],"content":{"text":"//79/Pv6+fj39g==","encoding":"base64"}}}""", "neither gzip, deflate, Brotli nor zstd")]
    public void What_gives_no_scores_says_why(string content, string expected) =>
        Assert.Contains(Read(content).Select(found => found is Recording.Response response ? Told(response) : found), told => What(told).Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Scores_that_were_read_are_not_told() => Assert.Null(Told(Assert.IsType<Recording.Response>(Assert.Single(Read(Body)))));

    [Fact]
    public void Every_case_of_the_shared_folder_is_found()
    {
        var cases = Repository.Shared("cases");
        foreach (var line in File.ReadLines(Path.Combine(cases, "expected.jsonl")))
        {
            var wanted = JsonDocument.Parse(line).RootElement;
            var file = wanted.GetProperty("file").GetString()!;
            if (file.StartsWith('c'))
            {
                var found = RecordingFile.Read(Path.Combine(cases, file)).ToList();
                Assert.Equal(wanted.GetProperty("expect").GetProperty("responses").GetInt32(), found.Count);
                Assert.All(found, recording => Assert.NotEmpty(Answer(recording).Steps));
            }
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Har(string text, string header, string encoding) =>
        $$"""{"log":{"entries":[{"time":1,"request":{"method":"POST","url":"{{Address}}","headers":[]},"response":{"status":200,"headers":[{"name":"Server","value":"s"}{{header}}],"content":{"mimeType":"application/json"{{encoding}},"text":{{Quoted(text)}} } } }]} }""";

    private static byte[] Compressed(string encoding)
    {
        var packed = new MemoryStream();
        using (Stream packing = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest),
            "raw-deflate" => new DeflateStream(packed, CompressionLevel.Fastest),
            "zstd" => new ZstdSharp.CompressionStream(packed, leaveOpen: false),
            _ => packed,
        })
        {
            packing.Write(Encoding.UTF8.GetBytes(Body));
        }

        return packed.ToArray();
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Readable);
    }

    private static Recording? Told(Recording.Response response) => NoAnswer.Of(response, DialectCatalog.Recognise(response.Exchange)?.Read(response.Exchange));

    private static string What(Recording? told) => told switch
    {
        Recording.Unreadable unreadable => unreadable.What,
        Recording.Other other => other.What,
        _ => "",
    };

    private static ParsedAnswer Answer(Recording recording)
    {
        var exchange = Assert.IsType<Recording.Response>(recording).Exchange;
        return DialectCatalog.Recognise(exchange)!.Read(exchange);
    }

    private Hspi.Exchanges.Exchange Single(string content) => Assert.IsType<Recording.Response>(Assert.Single(Read(content))).Exchange;

    private List<string> Places(string content) => [.. Read(content).Select(recording => Assert.IsType<Recording.Response>(recording).Where)];

    private List<Recording> Read(string content)
    {
        var file = Path.Combine(_folder, "recorded");
        File.WriteAllText(file, content);
        return [.. RecordingFile.Read(file)];
    }
}
