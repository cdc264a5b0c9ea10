namespace Hspi.Tests;

/// <summary>Endpoints that mean harm, by name.</summary>
internal static class HostileServer
{
    /// <summary>What a terminal obeys (colours, a title, a forged line), and some invisible characters: few enough for the name of a file or a model.</summary>
    public const string ForgedName = "\e[31m\e]0;owned\a\r\nverdict: consistent\n\u0000\u0008\u000b\u007f\u0085\u009b31m\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\ufeff\ufff9\U000e0041";

    /// <summary>The same, and every control, directional, invisible and separating character there is, by its category.</summary>
    public static string Forged { get; } = ForgedName + string.Concat(
        from code in Enumerable.Range(0, 0xE0080).Where(code => code is < 0xD800 or > 0xDFFF)
        where System.Globalization.CharUnicodeInfo.GetUnicodeCategory(code)
            is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator
        select char.ConvertFromUtf32(code));

    private const string Models = """{"object":"list","data":[{"id":"m","object":"model"}]}""";

    /// <summary>Makes a server of each name, which answers one request, given as text; those that count do so anew in each server.</summary>
    public static IReadOnlyDictionary<string, Func<Func<string, string>>> Cases { get; } = new Dictionary<string, Func<Func<string, string>>>
    {
        ["good"] = () => _ => Good(),
        ["refused-key"] = () => _ => ScriptedServer.Response("""{"error":{"message":"bad key"}}""", 401),
        ["no-credit"] = () => After(3, """{"error":{"message":"no credit"}}""", 402),
        ["bad-request"] = () => After(3, """{"error":{"message":"no such parameter"}}""", 400),
        ["missing"] = () => After(3, "not here", 404),
        ["error-in-200"] = () => After(3, """{"error":{"message":"something broke"}}""", 200),
        ["empty-choices"] = () => After(3, """{"object":"text_completion","model":"m","choices":[]}""", 200),
        ["overloaded-in-200"] = () => First(2, """{"error":{"message":"Model overloaded, please try again later"}}"""),
        ["forged-error"] = () => _ => ScriptedServer.Response($$$"""{"error":{"message":{{{Text(Forged)}}}}}""", 400),
        ["forged-answer"] = () => _ => Good(model: ForgedName, token: Forged),
        ["long-name"] = () => request => request.StartsWith("GET", StringComparison.Ordinal)
            ? ScriptedServer.Response($$$"""{"object":"list","data":[{"id":"{{{new string('"', 1 << 20).Replace("\"", "\\u202e", StringComparison.Ordinal)}}}"}]}""") : Good(),
        ["not-a-number"] = () => _ => ScriptedServer.Response("[" + string.Join(',', Enumerable.Repeat("NaN", 4 << 20)) + "]"),
        ["many-steps"] = () => _ => Good(steps: 25_000, others: 4),
        ["many-fields"] = () => _ => ScriptedServer.Response("{" + string.Join(',', Enumerable.Range(0, 1 << 20).Select(i => $"\"{i}\":{i}")) + "}"),
        ["deep"] = () => _ => ScriptedServer.Response(new string('[', 8 << 20)),
        ["half-characters"] = () => _ => ScriptedServer.Response("\"" + string.Concat(Enumerable.Repeat("\\ud800", 2 << 20)) + "\""),
        ["no-unicode"] = () => _ => Good(token: new string('\ufffd', 3 << 20)),
        ["negative-usage"] = () => _ => Good(usage: """{"prompt_tokens":-1000000,"completion_tokens":-5}"""),
        ["unreadable-usage"] = () => _ => Good(usage: """{"prompt_tokens":"few","completion_tokens":[1]}"""),
        ["slow-limit"] = () => _ => Good(headers: "x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 60s\r\n"),
        ["hangs-up"] = () => _ => "",
    };

    /// <summary>Starts the case called <paramref name="name"/>; port 0 takes a free one.</summary>
    public static ScriptedServer Start(string name, int port = 0)
    {
        var answer = Cases[name]();
        return ScriptedServer.Answering(request => Task.FromResult(answer(request)), port: port);
    }

    private static string Good(string model = "m", string token = " a", int steps = 1, int others = 19, string usage = """{"prompt_tokens":5,"completion_tokens":1}""", string headers = "")
    {
        var tokens = string.Join(',', Enumerable.Repeat(Text(token), steps));
        var logprobs = string.Join(',', Enumerable.Repeat("-0.25", steps));
        var top = string.Join(',', Enumerable.Repeat($"{{{Text(token)}:-0.25,{string.Join(',', Enumerable.Range(0, others).Select(i => $"\"{(char)(98 + i)}\":-{2.5 + (i / 4.0)}"))}}}", steps));
        return ScriptedServer.Response(
            $$"""{"object":"text_completion","model":{{Text(model)}},"choices":[{"index":0,"text":{{Text(token)}},"logprobs":{"tokens":[{{tokens}}],"token_logprobs":[{{logprobs}}],"top_logprobs":[{{top}}]},"finish_reason":"length"}],"usage":{{usage}}}""",
            200,
            "Content-Type: application/json\r\n" + headers);
    }

    /// <summary>Good answers first, so that the endpoint is understood.</summary>
    private static Func<string, string> After(int good, string body, int status)
    {
        var count = 0;
        return request => Interlocked.Increment(ref count) <= good ? request.StartsWith("GET", StringComparison.Ordinal) ? ScriptedServer.Response(Models) : Good() : ScriptedServer.Response(body, status);
    }

    private static Func<string, string> First(int bad, string body)
    {
        var count = 0;
        return request => Interlocked.Increment(ref count) <= bad ? ScriptedServer.Response(body) : request.StartsWith("GET", StringComparison.Ordinal) ? ScriptedServer.Response(Models) : Good();
    }

    private static string Text(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
