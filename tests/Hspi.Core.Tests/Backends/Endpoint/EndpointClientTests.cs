using System.Text;
using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Tests;

namespace Hspi.Core.Tests.Backends.Endpoint;

public sealed class EndpointClientTests
{
    private const string Key = "sk-very-secret-0123456789";
    private const string Good = """{"object":"chat.completion","model":"m","choices":[{"message":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-0.5,"top_logprobs":[]}]}}],"usage":{"prompt_tokens":5,"completion_tokens":1}}""";

    private readonly InstantClock _clock = new();
    private readonly List<Exchange> _kept = [];

    /// <summary>Every dialect that puts a question to a model.</summary>
    public static TheoryData<string> Dialects => [.. DialectCatalog.All.Where(dialect => dialect is not (LlamaProps or EmbeddingAnswers)).Select(dialect => dialect.Name)];

    [Fact]
    public async Task A_good_answer_comes_back_whole()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response(Good));
        using var client = Client(server.Address);

        var exchange = await AskAsync(client);

        Assert.Equal(Good, exchange.Response!.Body);
        Assert.Equal(new Spent(1, 5, 1, null), client.Spent);
        Assert.Contains($"Authorization: Bearer {Key}", server.Requests.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_says_so()
    {
        Uri gone;
        await using (var server = ScriptedServer.Answering(""))
        {
            gone = server.Address;
        }

        using var client = Client(gone);

        var failed = await Assert.ThrowsAsync<HspiException>(() => AskAsync(client));

        Assert.Contains("refused the connection", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        await using var server = new ScriptedServer((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        using var client = Client(server.Address, options => options with { IdleTimeout = TimeSpan.FromMilliseconds(100) }, TimeProvider.System);

        var failed = await Assert.ThrowsAsync<StalledException>(() => AskAsync(client));

        Assert.Contains("sent nothing for 0.1 s", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_without_end_is_given_up()
    {
        await using var server = new ScriptedServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync("data: {}\n\n"u8.ToArray(), stop);
                await Task.Delay(20, stop);
            }
        });
        using var client = Client(server.Address, options => options with { WholeTimeout = TimeSpan.FromMilliseconds(300) }, TimeProvider.System);

        var failed = await Assert.ThrowsAsync<StalledException>(() => AskAsync(client));

        Assert.Contains("did not finish", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(150, 60_000, "sent nothing for 0.2 s")] // headers and a piece, and then silence
    [InlineData(60_000, 150, "did not finish its answer within 0.2 s")] // a byte now and then
    public async Task A_body_that_stalls_is_given_up_and_charged(int idle, int whole, string expected)
    {
        await using var server = new ScriptedServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"u8.ToArray(), stop);
            while (true)
            {
                await Task.Delay(idle > whole ? 10 : Timeout.Infinite, stop);
                await stream.WriteAsync(" "u8.ToArray(), stop);
            }
        });
        using var client = Client(
            server.Address,
            options => options with { IdleTimeout = TimeSpan.FromMilliseconds(idle), WholeTimeout = TimeSpan.FromMilliseconds(whole) },
            TimeProvider.System);

        var failed = await Assert.ThrowsAsync<StalledException>(() => AskAsync(client));

        Assert.Contains(expected, failed.Message, StringComparison.Ordinal);
        Assert.True(client.Spent.Tokens > 100, "it may have been computed, and billed");
        Assert.InRange(Assert.Single(_kept).Seconds, 0.1, 30);
    }

    [Fact]
    public async Task A_slow_body_that_keeps_coming_is_read()
    {
        await using var server = new ScriptedServer(async (_, stream, stop) =>
        {
            // Longer than the silence that is allowed, each pause far shorter: a busy machine adds seconds to it.
            var whole = ScriptedServer.Response(Good);
            var head = whole.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(whole[..head]), stop);
            foreach (var piece in whole[head..].Chunk(((whole.Length - head) / 16) + 1))
            {
                await Task.Delay(750, stop);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(piece), stop);
            }
        });
        using var client = Client(server.Address, options => options with { IdleTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);

        Assert.Equal(Good, (await AskAsync(client)).Response!.Body);
    }

    [Fact]
    public async Task Gigabytes_are_not_read()
    {
        await using var server = new ScriptedServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"u8.ToArray(), stop);
            var block = new byte[1 << 16];
            Array.Fill(block, (byte)' ');
            while (true)
            {
                await stream.WriteAsync(block, stop);
            }
        });
        using var client = Client(server.Address, options => options with { MostBodyBytes = 1 << 20 });

        var failed = await Assert.ThrowsAsync<HspiException>(() => AskAsync(client));

        Assert.Contains("more than 1024 KiB", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_zipped_body_that_unpacks_to_gigabytes_is_not_read()
    {
        using var bomb = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(bomb, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(new byte[8 << 20]);
        }

        await using var server = new ScriptedServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bomb.Length}\r\n\r\n"), stop);
            await stream.WriteAsync(bomb.ToArray(), stop);
        });
        using var client = Client(server.Address, options => options with { MostBodyBytes = 1 << 20 });

        await Assert.ThrowsAsync<HspiException>(() => AskAsync(client));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_is_reported_and_the_other_host_never_sees_the_key(int status)
    {
        await using var other = ScriptedServer.Answering(ScriptedServer.Response(Good));
        await using var server = ScriptedServer.Answering(ScriptedServer.Response("", status, $"Location: {other.Address}v1/chat/completions?key={Key}\r\n"));
        using var client = Client(server.Address);

        var failed = await Assert.ThrowsAsync<HspiException>(() => AskAsync(client));

        Assert.Contains("redirects to", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, failed.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task Retry_after_in_seconds_is_obeyed()
    {
        await using var server = ScriptedServer.Answering(
            ScriptedServer.Response("{}", 429, "Retry-After: 7\r\n"), ScriptedServer.Response(Good));
        using var client = Client(server.Address);

        await AskAsync(client);

        Assert.Contains(TimeSpan.FromSeconds(7), _clock.Waits);
        Assert.Equal(2, client.Spent.Calls);
    }

    [Fact]
    public async Task Retry_after_as_a_date_is_obeyed()
    {
        await using var server = ScriptedServer.Answering(
            ScriptedServer.Response("{}", 503, "Retry-After: Tue, 24 Nov 2026 00:00:09 GMT\r\n"), ScriptedServer.Response(Good));
        using var client = Client(server.Address);

        await AskAsync(client);

        Assert.Contains(TimeSpan.FromSeconds(9), _clock.Waits);
    }

    [Fact]
    public async Task A_wish_to_come_back_tomorrow_ends_the_run()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response("{}", 429, "Retry-After: 86400\r\n"));
        using var client = Client(server.Address);

        var failed = await Assert.ThrowsAsync<HspiException>(() => AskAsync(client));

        Assert.Contains("86400 s", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pauses_double_and_tries_end()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response("{}", 500));
        using var client = Client(server.Address);

        await Assert.ThrowsAsync<HspiException>(() => AskAsync(client));

        Assert.Equal(6, server.Requests.Count);
        Assert.Equal(5, _clock.Waits.Count);
        Assert.All(_clock.Waits.Zip([1, 2, 4, 8, 16]), pair => Assert.InRange(pair.First.TotalSeconds, pair.Second * 0.9, pair.Second * 1.1));
    }

    [Fact]
    public async Task A_used_up_rate_limit_is_waited_for()
    {
        await using var server = ScriptedServer.Answering(
            ScriptedServer.Response(Good, 200, "x-ratelimit-remaining-requests: 0\r\nx-ratelimit-reset-requests: 1m3s\r\n"), ScriptedServer.Response(Good));
        using var client = Client(server.Address, options => options with { LongestPause = TimeSpan.FromSeconds(90) });

        await AskAsync(client);
        await AskAsync(client);

        Assert.InRange(_clock.Waits.Single().TotalSeconds, 62.9, 63.1);
    }

    [Fact]
    public async Task No_call_is_sent_beyond_the_limit_even_when_the_server_asks_for_tries()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response("{}", 503));
        using var client = Client(server.Address, budget: new Budget(new BudgetLimits(MostCalls: 3)));

        await Assert.ThrowsAsync<BudgetException>(() => AskAsync(client));

        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Nothing_is_sent_that_could_break_the_limit_in_dollars()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response(Good));
        using var client = Client(server.Address, budget: new Budget(new BudgetLimits(MostUsd: 0.001m, Price: new Price(10, 30))));

        await Assert.ThrowsAsync<BudgetException>(() => AskAsync(client));

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_key_that_is_echoed_back_reaches_neither_caller_nor_record()
    {
        var spelled = string.Concat(Key.Select(c => $"\\u{(int)c:x4}"));
        var echo = $$"""{"error":{"message":"{{Key}} {{spelled}} {{Uri.HexEscape('s')}}{{Key[1..]}} {{Convert.ToBase64String(Encoding.UTF8.GetBytes("Bearer " + Key))}}" } }""";
        await using var server = ScriptedServer.Answering(ScriptedServer.Response(echo, 401, $"X-Echo: {Key}\r\nSet-Cookie: a={Key}\r\n"));
        using var client = Client(server.Address);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => AskAsync(client));

        var text = string.Join('\n', _kept.Select(kept => $"{kept.Request} {kept.Response!.Body} {string.Join(' ', kept.Request.Headers)} {string.Join(' ', kept.Response.Headers)}").Append(refused.Message));
        Assert.DoesNotContain(Key, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(spelled, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[1..], text, StringComparison.Ordinal);
        Assert.DoesNotContain("LXZlcnktc2VjcmV0", text, StringComparison.Ordinal); // "-very-secret" as it falls in that Base64
        Assert.Contains("[removed]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_was_paid_for_is_not_asked_again()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response(Good));
        using (var first = Client(server.Address))
        {
            await AskAsync(first);
        }

        using var resumed = Client(server.Address, paid: new RecordedExchanges(_kept));
        var exchange = await AskAsync(resumed);

        Assert.Equal(Good, exchange.Response!.Body);
        Assert.Single(server.Requests);
        Assert.Equal(0, resumed.Spent.Calls);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":", 3, true)]
    [InlineData("", 3, true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 1, true)]
    [InlineData("HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\n{}", 1, false)]
    [InlineData("HTTP/1.1 503 Later\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", 6, false)]
    public async Task What_the_server_may_have_computed_is_charged_now_and_when_the_run_is_resumed(string response, int calls, bool charged)
    {
        await using var server = ScriptedServer.Answering(response);
        using var client = Client(server.Address);

        await Record.ExceptionAsync(() => AskAsync(client));

        var resumed = new Budget(new BudgetLimits());
        resumed.Charge(_kept, []);
        var worst = Encoding.UTF8.GetByteCount(_kept[0].Request.Body) + 1;
        Assert.Equal(new Spent(calls, charged ? calls * (worst - 1) : 0, charged ? calls : 0, null), client.Spent);
        Assert.Equal(client.Spent, resumed.Spent);
    }

    [Fact]
    public async Task A_server_that_was_never_reached_is_charged_with_no_tokens()
    {
        using var client = Client(new Uri("http://127.0.0.1:1"));

        await Assert.ThrowsAsync<HspiException>(() => AskAsync(client));

        var resumed = new Budget(new BudgetLimits());
        resumed.Charge(_kept, []);
        Assert.Equal(new Spent(1, 0, 0, null), client.Spent);
        Assert.Equal(client.Spent, resumed.Spent);
    }

    [Theory]
    [MemberData(nameof(Dialects))]
    public void The_longest_answer_is_found_in_the_words_of_every_dialect(string name) =>
        Assert.Equal(77, RequestedLength.Of(DialectCatalog.Find(name).Request(new Question { Model = "m", Prompt = "Hi", NewTokens = 77 }).Body));

    [Fact]
    public async Task A_connection_that_breaks_now_and_then_is_tried_again_and_every_try_is_counted()
    {
        await using var server = ScriptedServer.Answering("", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":", ScriptedServer.Response("{}"));
        using var client = Client(server.Address);

        await client.SendAsync(new ExchangeRequest("POST", "v1/models", [], "{}"), new OpenAiChat(), 1, TestContext.Current.CancellationToken);

        Assert.Equal((3, 3), (server.Requests.Count, client.Spent.Calls));
        Assert.Equal([true, true, false], _kept.Select(exchange => exchange.Response is null));
    }

    [Fact]
    public async Task A_connection_that_breaks_each_time_is_an_error_with_words()
    {
        await using var server = ScriptedServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":");
        using var client = Client(server.Address);

        var failed = await Assert.ThrowsAsync<HspiException>(() => AskAsync(client));

        Assert.Contains("connection broke", failed.Message, StringComparison.Ordinal);
        Assert.Equal(3, _kept.Count);
        Assert.All(_kept, exchange => Assert.Null(exchange.Response));
    }

    [Theory]
    [InlineData("https://user:pass@example.org")]
    [InlineData("ftp://example.org")]
    public void An_address_that_cannot_be_is_refused(string address)
    {
        var wrong = Assert.Throws<UsageException>(() => Client(new Uri(address)));

        Assert.DoesNotContain("pass@", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("6m0s", 360)]
    [InlineData("1.5s", 1.5)]
    [InlineData("120ms", 0.12)]
    [InlineData("2", 2)]
    [InlineData("1h2m3s", 3723)]
    public void Durations_are_read_as_servers_write_them(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ServerPatience.Duration(text));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("\uAA50s")] // a digit, but not one that numbers are parsed from
    [InlineData("1795474373")]
    [InlineData("99999999999999999999999999d")]
    public void What_is_no_duration_is_none(string text) => Assert.Null(ServerPatience.Duration(text));

    [Fact]
    public void OpenAis_key_goes_to_OpenAI_alone()
    {
        static string? Read(string name) => name == "OPENAI_API_KEY" ? Key : null;

        Assert.NotNull(ApiKey.FromEnvironment(null, new Uri("https://api.openai.com/v1"), Read));
        Assert.Null(ApiKey.FromEnvironment(null, new Uri("https://example.org/v1"), Read));
        Assert.Throws<UsageException>(() => ApiKey.FromEnvironment("MISSING", new Uri("https://example.org/v1"), Read));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_connection_that_closes_without_a_word_is_sent_as_often_as_it_is_counted(string method)
    {
        await using var server = HostileServer.Start("hangs-up");
        using var client = Client(server.Address);

        await Assert.ThrowsAsync<HspiException>(() => client.SendAsync(new ExchangeRequest(method, "v1/models", [], method == "GET" ? "" : "{}"), new OpenAiChat(), 1, TestContext.Current.CancellationToken));

        Assert.Equal(server.Requests.Count, client.Spent.Calls);
    }

    [Fact]
    public async Task An_error_that_says_later_under_a_good_status_is_retried_like_503_and_is_no_answer_of_a_resumed_run()
    {
        await using var server = HostileServer.Start("overloaded-in-200");
        using var client = Client(server.Address);

        await AskAsync(client);

        Assert.Equal((3, 2), (server.Requests.Count, _clock.Waits.Count));
        Assert.Equal([true, true, false], _kept.Select(ServerPatience.AsksForPatience));
    }

    [Theory]
    [InlineData("negative-usage")]
    [InlineData("unreadable-usage")]
    public async Task A_server_that_does_not_count_is_charged_with_the_worst(string name)
    {
        await using var server = HostileServer.Start(name);
        using var client = Client(server.Address, budget: new Budget(new BudgetLimits(MostTokens: 300)));

        await Assert.ThrowsAsync<BudgetException>(async () =>
        {
            for (var call = 0; call < 10; call++)
            {
                await AskAsync(client);
            }
        });
        Assert.InRange(client.Spent.Tokens, 100, 300);
    }

    [Fact]
    public async Task A_request_is_announced_before_it_is_sent()
    {
        var announced = 0;
        await using var server = ScriptedServer.Answering(_ => Task.FromResult(ScriptedServer.Response(Good, announced == 1 ? 200 : 400)));
        using var client = new EndpointClient(
            new EndpointOptions { Address = server.Address }, null, new Budget(new BudgetLimits()), TimeProvider.System, sending: (_, _) => announced++);

        Assert.Equal(200, (await AskAsync(client)).Response!.Status);
    }

    [Theory]
    [InlineData(401, "environment variable K")]
    [InlineData(402, "wants to be paid first")]
    public async Task A_refused_key_ends_it_at_once(int status, string words)
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response("""{"error":{"message":"no"}}""", status));
        using var client = Client(server.Address);

        Assert.Contains(words, (await Assert.ThrowsAsync<RefusedException>(() => AskAsync(client))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_bytes_of_a_whole_run_have_a_limit()
    {
        await using var server = ScriptedServer.Answering(ScriptedServer.Response(Good));
        using var client = Client(server.Address, options => options with { MostRunBytes = 3 * Good.Length });

        var failed = await Assert.ThrowsAsync<HspiException>(async () =>
        {
            for (var call = 0; call < 4; call++)
            {
                await AskAsync(client);
            }
        });
        Assert.Contains("in this run", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8000", "http://named:1", null)]
    [InlineData("http://localhost:8000", null, null)]
    [InlineData("http://example.org", null, null)]
    [InlineData("http://example.org", "http://named:1", "http://named:1/")]
    [InlineData("https://example.org", "http://named:1", "http://named:1/")]
    public void Loopback_needs_no_proxy_and_plain_http_takes_only_one_that_is_named(string address, string? named, string? expected) =>
        Assert.Equal(expected, EndpointClient.ProxyFor(new EndpointOptions { Address = new Uri(address), Proxy = named is null ? null : new Uri(named) })?.AbsoluteUri);

    private EndpointClient Client(Uri address, Func<EndpointOptions, EndpointOptions>? set = null, TimeProvider? clock = null, Budget? budget = null, RecordedExchanges? paid = null)
    {
        var options = new EndpointOptions { Address = address, IdleTimeout = TimeSpan.FromHours(1), WholeTimeout = TimeSpan.FromHours(1) };
        var key = ApiKey.FromEnvironment("K", address, _ => Key);
        return new EndpointClient(set?.Invoke(options) ?? options, key, budget ?? new Budget(new BudgetLimits()), clock ?? _clock, _kept.Add, paid);
    }

    private static Task<Exchange> AskAsync(EndpointClient client)
    {
        var dialect = new OpenAiChat();
        return client.SendAsync(dialect.Request(new Question { Model = "m", Prompt = "Hi" }), dialect, 1, TestContext.Current.CancellationToken);
    }
}
