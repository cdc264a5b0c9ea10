using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Security.Authentication;
using System.Text;
using Hspi.Dialects;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Backends.Endpoint;

/// <summary>Sends questions to an endpoint, which is treated as an adversary: nothing that it does can hang, fill or betray us.</summary>
/// <remarks>
/// Redirects are never followed: a key goes to the host that the user named and nowhere else. Sizes and times have limits.
/// Whatever was sent is handed to the record, scrubbed, also when it failed. Safe to share between threads.
/// </remarks>
public sealed class EndpointClient : IDisposable
{
    /// <summary>A try that reached the server never looks like one that did not.</summary>
    private const double LeastSeconds = 1e-6;

    /// <summary>Tries whose connection may break before the endpoint counts as gone: a proxy drops one now and then. Each is counted, and charged at its worst.</summary>
    private const int MostBreaks = 3;

    private readonly EndpointOptions _options;
    private readonly ApiKey? _key;
    private readonly Budget _budget;
    private readonly TimeProvider _clock;
    private readonly SecretScrubber _secrets;
    private readonly Action<Exchange>? _record;
    private readonly Action<ExchangeRequest, Usage>? _sending;
    private readonly long _begun;
    private readonly RecordedExchanges? _paid;
    private readonly ServerPatience _patience;
    private readonly HttpMessageInvoker _http;
    private long _notBefore;
    private long _read;

    /// <param name="options">Where, and how patiently.</param>
    /// <param name="key">The key; null sends none.</param>
    /// <param name="budget">Hard limits.</param>
    /// <param name="clock">The clock; a test's own in tests.</param>
    /// <param name="record">Keeps each exchange, such as <see cref="EvidenceWriter.Append(Exchange)"/>; null keeps none.</param>
    /// <param name="paid">Answers of a stopped run, which are not asked for again; null for none.</param>
    /// <param name="sending">Keeps what will be sent and its worst cost, before it is: whatever ends us, nothing that was paid for is forgotten. Null keeps nothing.</param>
    /// <exception cref="UsageException">The address is not http or https.</exception>
    public EndpointClient(
        EndpointOptions options, ApiKey? key, Budget budget, TimeProvider clock, Action<Exchange>? record = null, RecordedExchanges? paid = null, Action<ExchangeRequest, Usage>? sending = null)
    {
        if (!options.Address.IsAbsoluteUri || options.Address.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"\"{ApiKey.Scrubber(key).ScrubAddress(options.Address.OriginalString)}\" is not an http or https address.");
        }

        if (options.Address.UserInfo.Length > 0)
        {
            throw new UsageException("The endpoint's address holds a user name or password. Put the key into an environment variable instead.");
        }

        (_options, _key, _budget, _clock, _record, _paid, _sending) = (options, key, budget, clock, record, paid, sending);
        _begun = clock.GetTimestamp();
        _secrets = ApiKey.Scrubber(key);
        _patience = new ServerPatience(options, clock);
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = ProxyFor(options) is not null,
            Proxy = Named(options) ?? HttpClient.DefaultProxy,
            AllowAutoRedirect = false,
            UseCookies = false,
            Credentials = null,
            ConnectTimeout = options.ConnectTimeout,
            AutomaticDecompression = DecompressionMethods.All,
            MaxResponseHeadersLength = 64,
            SslOptions = new SslClientAuthenticationOptions(),
        });
    }

    /// <summary>The endpoint's host, for messages.</summary>
    public string Host => _options.Address.Host;

    /// <summary>The address as the user gave it.</summary>
    public Uri Address => _options.Address;

    /// <summary>What has been spent so far.</summary>
    public Spent Spent => _budget.Spent;

    /// <summary>Time that is left of the whole run; null without a limit.</summary>
    public TimeSpan? Left => _options.MostTime - _clock.GetElapsedTime(_begun);

    /// <summary>The proxy that everything goes through, its user name and password included; null for none.</summary>
    /// <remarks>Loopback needs none. Over plain http a proxy reads the key: only one that the user named for us may.</remarks>
    public static Uri? ProxyFor(EndpointOptions options) =>
        options.Address.IsLoopback ? null
        : options.Proxy is null && options.Address.Scheme == "http" ? null
        : (Named(options) ?? HttpClient.DefaultProxy).GetProxy(options.Address) is { } proxy && proxy != options.Address ? proxy : null;

    /// <summary>The request as it would go out: with its whole address, without any key.</summary>
    public ExchangeRequest Prepared(ExchangeRequest request) => request with { Url = _secrets.ScrubUrl(Absolute(request.Url).AbsoluteUri) };

    /// <summary>Sends one request, again if the server asks for patience.</summary>
    /// <param name="request">Its address is a path below the endpoint's.</param>
    /// <param name="dialect">Names the key's header, and reads what was counted.</param>
    /// <param name="newTokens">The longest answer, for the budget.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>What came back, whatever its status, secrets removed.</returns>
    /// <exception cref="HspiException">Nothing usable came back; the message says what, where, and what to do.</exception>
    /// <exception cref="BudgetException">A limit would be broken.</exception>
    public async Task<Exchange> SendAsync(ExchangeRequest request, IDialect dialect, int newTokens, CancellationToken cancellationToken)
    {
        var absolute = Absolute(request.Url);
        var planned = Prepared(request);
        if (_paid?.Take(planned) is { } recorded)
        {
            return recorded;
        }

        var worst = Budget.WorstCase(request, newTokens);
        for (var attempt = 1; ; attempt++)
        {
            await PauseAsync(new TimeSpan(Interlocked.Read(ref _notBefore) - _clock.GetUtcNow().UtcTicks), cancellationToken);
            _budget.Reserve(worst);
            _sending?.Invoke(planned, worst);
            var (exchange, failure) = await SendOnceAsync(absolute, request, planned, dialect.KeyHeader, cancellationToken);
            try
            {
                _budget.Settle(worst, Budget.Charged(exchange, dialect, worst));
            }
            finally
            {
                _record?.Invoke(exchange);
            }

            if (failure is { SourceException: HspiException { InnerException: { } cause } } && IsBroken(cause) && attempt < Math.Min(MostBreaks, _options.Attempts))
            {
                await PauseAsync(_patience.Before(attempt + 1, null), cancellationToken);
                continue;
            }

            failure?.Throw();
            var response = exchange.Response!;
            if (!ServerPatience.AsksForPatience(exchange))
            {
                RefuseRedirect(response);
                RefuseToGoOn(response);
                Interlocked.Exchange(ref _notBefore, _clock.GetUtcNow().Add(_patience.AfterGood(response)).UtcTicks);
                return exchange;
            }

            if (attempt >= _options.Attempts)
            {
                throw new HspiException($"{Host} answered {(response.Status == 200 ? "that it is busy" : $"HTTP {response.Status}")} to each of {attempt} tries. Try again later; with --resume nothing that was paid for is asked again.");
            }

            await PauseAsync(_patience.Before(attempt + 1, response), cancellationToken);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private static WebProxy? Named(EndpointOptions options) => options.Proxy is not { } named ? null : new WebProxy(named)
    {
        Credentials = named.UserInfo.Split(':', 2) is [var user, var password] ? new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password)) : null,
    };

    private async Task PauseAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (Left is { } left && (left <= TimeSpan.Zero || wait > left))
        {
            throw Late(left <= TimeSpan.Zero ? "" : FormattableString.Invariant($" by the pause of {wait.TotalSeconds:0.#} s that the endpoint asks for"));
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _clock, cancellationToken);
        }
    }

    private BudgetException Late(string by) => new(FormattableString.Invariant($"The limit of {_options.MostTime!.Value.TotalSeconds:0.#} s for the whole run is reached{by}."));

    /// <summary>What came back, or why nothing did: then the seconds say how long the server had it, 0 where it never got it.</summary>
    private async Task<(Exchange Exchange, ExceptionDispatchInfo? Failure)> SendOnceAsync(Uri address, ExchangeRequest request, ExchangeRequest planned, string keyHeader, CancellationToken cancellationToken)
    {
        using var whole = new CancellationTokenSource(Left is { } left && left < _options.WholeTimeout ? left : _options.WholeTimeout, _clock);
        using var idle = new CancellationTokenSource(_options.IdleTimeout, _clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(whole.Token, idle.Token, cancellationToken);
        using var message = Message(address, request, keyHeader);
        var started = _clock.GetTimestamp();
        (Exchange, ExceptionDispatchInfo?) Failed(Exception why, bool sent) =>
            (new Exchange(planned, null, sent ? Math.Max(LeastSeconds, _clock.GetElapsedTime(started).TotalSeconds) : 0), ExceptionDispatchInfo.Capture(why));
        try
        {
            using var response = await _http.SendAsync(message, any.Token);
            var body = await ReadAsync(response, request.Method == "POST" ? _options.MostBodyBytes : _options.MostListBytes, idle, any.Token);
            var headers = response.Headers.Concat(response.Content.Headers)
                .SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
            return (_secrets.Scrub(new Exchange(
                planned,
                new ExchangeResponse((int)response.StatusCode, [.. headers], body),
                _clock.GetElapsedTime(started).TotalSeconds)), null);
        }
        catch (OperationCanceledException stopped) when (cancellationToken.IsCancellationRequested)
        {
            return Failed(stopped, sent: true);
        }
        catch (OperationCanceledException cancelled)
        {
            if (Left <= TimeSpan.Zero)
            {
                return Failed(Late(" while an answer was coming"), sent: true);
            }

            // Which of them fired is asked before the connection: a server that was reached may have computed.
            return whole.IsCancellationRequested || idle.IsCancellationRequested
                ? Failed(new StalledException(
                    whole.IsCancellationRequested ? $"{Host} did not finish its answer within {_options.WholeTimeout.TotalSeconds:0.#} s. It may stream without end."
                    : $"{Host} sent nothing for {_options.IdleTimeout.TotalSeconds:0.#} s. Is the model loaded? Try again; with --resume nothing that was paid for is asked again.",
                    cancelled), sent: true)
                : Failed(new HspiException($"{Host} could not be reached within {_options.ConnectTimeout.TotalSeconds:0.#} s. Check the address, and that the server runs.", cancelled), sent: false);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or InvalidDataException)
        {
            var sent = IsSent(failed);
            return Failed(new HspiException(_secrets.ScrubText(Explain(failed)), failed), sent);
        }
        catch (HspiException tooLong)
        {
            return Failed(tooLong, sent: true);
        }
    }

    private HttpRequestMessage Message(Uri address, ExchangeRequest request, string keyHeader)
    {
        // Always with a body, if an empty one: without, the base library itself sends a request again whose connection closed, uncounted.
        var message = new HttpRequestMessage(new HttpMethod(request.Method), address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body)) };
        if (request.Body.Length > 0)
        {
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        message.Headers.TryAddWithoutValidation("User-Agent", "hspi");
        message.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        if (_key is not null)
        {
            message.Headers.TryAddWithoutValidation(keyHeader, _key.HeaderValue(keyHeader));
        }

        return message;
    }

    /// <param name="response">Its headers have come.</param>
    /// <param name="most">Bytes of it that are read.</param>
    /// <param name="idle">Put off by each piece that comes.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    private async Task<string> ReadAsync(HttpResponseMessage response, int most, CancellationTokenSource idle, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[64 << 10];
        idle.CancelAfter(_options.IdleTimeout);
        for (int read; (read = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            idle.CancelAfter(_options.IdleTimeout);
            if (kept.Length + read > most)
            {
                throw new HspiException($"{Host} sent more than {most >> 10} KiB in one answer. No question of ours has such an answer; the rest was not read.");
            }

            if (Interlocked.Add(ref _read, read) > _options.MostRunBytes)
            {
                throw new HspiException($"{Host} sent more than {_options.MostRunBytes >> 20} MiB in this run. No run of ours has such answers; the rest was not read.");
            }

            kept.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    private void RefuseToGoOn(ExchangeResponse response)
    {
        if (response.Status is 401 or 402)
        {
            var said = ErrorBody.Find(response, BodyEvents.Read(response.Body))?.TrimEnd('.');
            throw new RefusedException(response.Status == 402 ? $"{Host} wants to be paid first ({said})."
                : _key is null ? $"{Host} asks for a key ({said}). Put it into the environment variable {ApiKey.DefaultVariable}."
                : $"{Host} refused the key in the environment variable {_key.Variable} ({said}). Check it, and that it belongs to this endpoint.");
        }
    }

    private void RefuseRedirect(ExchangeResponse response)
    {
        if (response.Status is not (301 or 302 or 303 or 307 or 308))
        {
            return;
        }

        var location = response.Headers.FirstOrDefault(header => header.Key.Equals("Location", StringComparison.OrdinalIgnoreCase)).Value ?? "";
        var target = Uri.TryCreate(_options.Address, location, out var uri) ? $"{uri.Scheme}://{uri.Authority}" : "an unreadable address";
        throw new HspiException($"{Host} redirects to {_secrets.ScrubText(target)}. Redirects are not followed, so that no key reaches another host. Give the final address if you trust it.");
    }

    private static bool IsSent(Exception failed) =>
        failed is not HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    /// <summary>The server had the question, and the connection broke before its answer was whole.</summary>
    private static bool IsBroken(Exception failed) =>
        failed is HttpRequestException or IOException && IsSent(failed) && failed is not HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };

    private string Explain(Exception failed) => failed switch
    {
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } =>
            $"{Host}:{_options.Address.Port} refused the connection. Is the server running there?",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => $"{Host}: no such host. Check the address.",
        HttpRequestException { InnerException: AuthenticationException tls } => $"{Host}: the secure connection failed: {tls.Message} Check the address and its certificate.",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => $"{Host} sent headers without end. This is no API.",
        _ => $"{Host}: the connection broke: {failed.Message} Try again; with --resume nothing that was paid for is asked again.",
    };

    private Uri Absolute(string path)
    {
        var address = _options.Address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        // Users give the base with or without /v1; dialects that live beside it (/completion, /generate) drop it.
        var bare = address.EndsWith("/v1", StringComparison.Ordinal) ? address[..^3] : address;
        return new Uri($"{bare}/{path}{(path.Contains('?', StringComparison.Ordinal) ? "" : _options.Address.Query)}");
    }
}
