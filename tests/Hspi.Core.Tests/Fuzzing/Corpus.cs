using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Hspi.Core.Tests.Dialects;

namespace Hspi.Core.Tests.Fuzzing;

/// <summary>A small answer in each dialect and each form of recording, to be damaged.</summary>
internal static class Corpus
{
    private static readonly string Numbers = string.Join(',', Enumerable.Range(1, 40).Select(i => (i % 7 * 0.0123f / i).ToString("R", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Bodies of responses.</summary>
    public static IReadOnlyList<string> Bodies { get; } =
    [
        """{"id":"chatcmpl-DQhRwlOV6vnGqH29Lqf7xiGFYqdoH","object":"chat.completion","created":1775255920,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Paris","refusal":null,"annotations":[]},"logprobs":{"content":[{"token":"Paris","logprob":-3.173704271830502e-06,"bytes":[80],"top_logprobs":[{"token":"Paris","logprob":-3.173704271830502e-06,"bytes":[80]},{"token":" Paris","logprob":-13.50000286102295,"bytes":[32]}]}],"refusal":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":18,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},"service_tier":"default","system_fingerprint":"fp_a5086b7b9a"}""",
        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-0.5,\"top_logprobs\":[]}]},\"finish_reason\":null}]}\n\ndata: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}\n\ndata: [DONE]\n\n",
        """{"id":"cmpl-1","object":"text_completion","choices":[{"text":" b c","index":0,"logprobs":{"tokens":[" b"," c"],"token_logprobs":[-0.10,null],"top_logprobs":[{" b":-0.10," x":-3.5},{"token_id:7":-2e0}],"text_offset":[1,3]},"finish_reason":"length","stop_reason":null,"prompt_logprobs":[null,{"5":{"logprob":-1.5,"rank":3,"decoded_token":"x"}}]}],"usage":{"prompt_tokens":1,"completion_tokens":2}}""",
        """{"content":" She loved","id_slot":0,"stop":true,"model":"m","tokens_predicted":16,"tokens_evaluated":16,"generation_settings":{"n_ctx":512,"min_p":0.05},"completion_probabilities":[{"content":" She","probs":[{"tok_str":" She","prob":1.0},{"tok_str":"H","prob":0.0}]},{"id":5,"token":"x","bytes":[1],"logprob":-0.5,"top_logprobs":[{"id":5,"token":"x","bytes":[1],"logprob":-0.5}]}]}""",
        """{"default_generation_settings":{"params":{"seed":4294967295}},"total_slots":1,"chat_template":"","build_info":"b7099-10e978015"}""",
        """{"text":"a","output_ids":[1],"meta_info":{"id":"x","finish_reason":{"type":"length","length":1},"prompt_tokens":5,"completion_tokens":1,"cached_tokens":0,"input_token_logprobs":[[null,1,"b"]],"output_token_logprobs":[[-0.5,1,null]],"output_top_logprobs":[[[-0.5,1,"a"],[-1.5,2,"b"]]],"e2e_latency":0.1}}""",
        """{"details":{"best_of_sequences":null,"finish_reason":"length","generated_tokens":1,"prefill":[{"id":1,"logprob":null,"text":"P"}],"seed":null,"tokens":[{"id":363,"logprob":-1.5351562,"special":false,"text":" for"}],"top_tokens":[[{"id":363,"logprob":-1.5351562,"special":false,"text":" for"}]]},"generated_text":" for"}""",
        "data:{\"index\":1,\"token\":{\"id\":5,\"text\":\"a\",\"logprob\":-0.5,\"special\":false},\"generated_text\":null,\"details\":null}\n\ndata:{\"index\":2,\"token\":{\"id\":6,\"text\":\"b\",\"logprob\":-0.25,\"special\":false},\"generated_text\":\"ab\",\"details\":{\"finish_reason\":\"length\",\"generated_tokens\":2,\"seed\":null}}\n",
        "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00.123456789Z\",\"response\":\"a\",\"done\":false,\"logprobs\":[{\"token\":\"a\",\"logprob\":-0.5,\"top_logprobs\":[]}]}\n{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00.2Z\",\"response\":\"\",\"done\":true,\"done_reason\":\"stop\",\"total_duration\":5043500667,\"prompt_eval_count\":26,\"eval_count\":1}",
        """{"candidates":[{"content":{"parts":[{"text":"Paris"}],"role":"model"},"finishReason":"STOP","avgLogprobs":-0.1,"logprobsResult":{"topCandidates":[{"candidates":[{"token":"Paris","tokenId":5,"logProbability":-0.1}]}],"chosenCandidates":[{"token":"Paris","tokenId":5,"logProbability":-0.1}]}}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":1},"modelVersion":"gemini","responseId":"x"}""",
        """{"id":"resp_03c6f7a0e7df74a9006924b11a6120819395892ac2d8143b03","object":"response","created_at":1,"status":"completed","model":"m","output":[{"id":"msg_03c6f7a0e7df74a9006924b11adb348193adc4091df13b8d7c","type":"message","role":"assistant","content":[{"type":"output_text","text":"The","logprobs":[{"token":"The","bytes":[84],"logprob":-0.0,"top_logprobs":[]}]}]}],"usage":{"input_tokens":25,"output_tokens":1}}""",
        "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"a\",\"logprobs\":[{\"token\":\"a\",\"logprob\":-0.5,\"top_logprobs\":[]}]}\n\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"output\":[],\"usage\":null}}\n\n",
        """{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""",
        """{"object":"list","data":[{"id":"m","object":"model","owned_by":"llamacpp","meta":{"n_vocab":512}}]}""",
        $$$"""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[{{{Numbers}}}]},{"object":"embedding","index":1,"embedding":"AACAPwAAAEAAAEBAAACAQAAAoEA="}],"model":"m","usage":{"prompt_tokens":2,"total_tokens":2}}""",
        $$$"""{"embeddings":{"float":[[{{{Numbers}}}],[1e-40,0,-3.4e38]]},"embedding":{"values":[0.5,-0.25]},"predictions":[{"embeddings":{"values":[1,2]}}]}""",
        $"[[{Numbers}],[0.5,-0.25]]",
        "<html><head><title>502 Bad Gateway</title></head></html>",
        """{"id":"msg_0","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}""",
        .. ScoredBodies.All.Select(scored => scored.Body),
    ];

    /// <summary>Whole files.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. Bodies,
        "[" + string.Join(",", Bodies[0], Bodies[6], Bodies[6]) + "]",
        string.Join('\n', Bodies[0], Bodies[2], Bodies[6], Bodies[13]),
        """{"log":{"version":"1.2","entries":[{"time":12.5,"request":{"method":"POST","url":"https://h/v1/chat/completions?key=abc","headers":[{"name":"Authorization","value":"Bearer x"}],"postData":{"text":"{}"}},"response":{"status":200,"headers":[{"name":"Server","value":"x"}],"content":{"text":"eyJjaG9pY2VzIjpbXX0=","encoding":"base64"}}}]}}""",
        """{"Entries":[{"RequestUri":"https://api.openai.com/v1/chat/completions","RequestMethod":"POST","RequestHeaders":{"A":"b"},"RequestBody":{"model":"m"},"StatusCode":200,"ResponseHeaders":{"Set-Cookie":["a","b"]},"ResponseBody":["data: {\"object\":\"chat.completion.chunk\",\"choices\":[]}\n\n","data: [DONE]\n\n"]}],"Variables":{}}""",
        """{"request":{"method":"POST","path":"/completion","headers":{"Content-Type":"application/json"},"body":"{}"},"response":{"status":200,"reason":"OK","headers":[["Server","llama.cpp"]],"body":"{\"content\":\"a\",\"tokens_evaluated\":1}"},"seconds":0.5}""",
        "interactions:\n- request:\n    headers:\n      accept:\n      - application/json\n    method: POST\n    parsed_body:\n      messages:\n      - content: |2\n\n          two\n          lines\n        role: system\n    uri: https://h/v1/chat/completions\n  response:\n    body:\n      string: \"data: {\\\"id\\\":\\\"x\\\"}\\n\\ndata:\n        {\\\"y\\\":1}\\n\\n\"\n    headers:\n      content-type:\n      - text/event-stream\n    parsed_body:\n      choices:\n      - finish_reason: stop\n        index: 0\n        logprobs: null\n        message:\n          content: 'It''s a cat\n            and more'\n          logprob: -5.2e-05\n    status:\n      code: 200\n      message: OK\nversion: 1\n",
        """{"id":"batch","custom_id":"1","response":{"status_code":200,"body":{"object":"chat.completion","choices":[]}}}""",
        Indented(Bodies[0]) + Indented(Bodies[6]),
        $$"""{"log":{"entries":[{"request":{"url":"https://h/"},"response":{"status":200,"headers":[{"name":"content-encoding","value":"gzip"}],"content":{"encoding":"base64","text":{{Quoted($"[{Quoted(Base64(Gzip))}]")}} } } }]} }""",
        $$"""{"log":{"entries":[{"request":{"url":"https://h/"},"response":{"status":200,"headers":[{"name":"content-encoding","value":"br"}],"content":{"encoding":"base64","text":"{{Base64(Brotli)}}"} } }]} }""",
        $$"""[{"scope":"https://h:443","method":"POST","path":"/v1/chat/completions","body":{},"status":200,"response":["{{Hex(Zstd)[..80]}}","{{Hex(Zstd)[80..]}}"],"rawHeaders":["a","b"],"responseIsBinary":false}]""",
        $$"""{"mappings":[{"request":{"urlPath":"/x"},"response":{"status":200,"jsonBody":{{Bodies[2]}} } },{"request":{},"response":{"status":200,"base64Body":"{{Base64(Zlib)}}"} },{"response":{"status":200,"bodyFileName":"b.json"} }]}""",
        $$"""[{"scheme":"https","host":"h","path":"/x","request":{"header":{"headers":[]},"body":{} },"response":{"status":200,"header":{"headers":[{"name":"a","value":"b"}]},"body":{"text":{{Quoted(Bodies[1])}} } } }]""",
        $$"""{"item":[{"response":[{"originalRequest":{"url":{"raw":"https://h/"} },"code":200,"header":[{"key":"a","value":"b"}],"body":{{Quoted(Bodies[3])}} }]}]}""",
        $$"""{"samples":[{"output":{{Bodies[0]}},"events":[{"call":{"request":{"messages":[]},"response":{{Bodies[0]}} } }]}],"row":[{"response_json":{{Quoted(Bodies[9])}} }]}""",
        $$"""{"response":{"status":200,"body":{"type":"Buffer","data":[{{string.Join(',', Encoding.UTF8.GetBytes(Bodies[12]))}}]} } }""",
        $"---\n# by hand\nhttp_interactions:\n- request: &r {{method: post, uri: https://h/x}}\n  again: *r\n  response:\n    status: {{code: 200}}\n    body:\n      encoding: ASCII-8BIT\n      string: !binary |-\n        {Base64(Gzip)}\n? - a\n: b\n",
        $"requests:\n- {{uri: https://h/x}}\nresponses:\n- status: {{code: 200}}\n  headers: {{}}\n  body: {{string: '{Bodies[6]}'}}\n---\nresponse: {{content: \"{{}}\", status_code: 200}}\n",
        $"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{Bodies[6][..32]}\r\n{Bodies[6].Length - 32:x}\r\n{Bodies[6][32..]}\r\n0\r\n\r\n",
        $"* x\n> POST /x HTTP/2\n> Host: h\n> \n< HTTP/2 200 \n< a: b\n< \n{Bodies[2]}\nHTTP/2 200\n\n{Bodies[1]}",
        $"httprr trace v1\n30 {18 + Bodies[7].Length}\nPOST https://h HTTP/1.1\r\n\r\n{{}}\nHTTP/2.0 200 OK\r\n\r\n{Bodies[7]}",
    ];

    /// <summary>Whole files that are no text, each of a body.</summary>
    public static IReadOnlyList<byte[]> Packed { get; } = [Gzip, Zstd, Zip()];

    private static byte[] Gzip => Compressed(packed => new GZipStream(packed, CompressionLevel.Fastest));

    private static byte[] Zlib => Compressed(packed => new ZLibStream(packed, CompressionLevel.Fastest));

    private static byte[] Brotli => Compressed(packed => new BrotliStream(packed, CompressionLevel.Fastest));

    private static byte[] Zstd => Compressed(packed => new ZstdSharp.CompressionStream(packed, leaveOpen: false));

    private static byte[] Compressed(Func<Stream, Stream> pack)
    {
        var packed = new MemoryStream();
        using (var packing = pack(packed))
        {
            packing.Write(Encoding.UTF8.GetBytes(Bodies[0]));
        }

        return packed.ToArray();
    }

    private static byte[] Zip()
    {
        var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create))
        {
            using var entry = archive.CreateEntry("samples/1.json").Open();
            entry.Write(Encoding.UTF8.GetBytes(Bodies[0]));
        }

        return packed.ToArray();
    }

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        var indented = new MemoryStream();
        using (var writer = new Utf8JsonWriter(indented, new JsonWriterOptions { Indented = true }))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(indented.ToArray());
    }
}
