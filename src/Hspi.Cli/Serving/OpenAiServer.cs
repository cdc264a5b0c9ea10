using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hspi.Cli.Serving;

/// <summary>An OpenAI-compatible server around one network: the real other end for tests and demonstrations.</summary>
/// <remarks>One request is computed at a time, so that no answer depends on who else asked.</remarks>
internal sealed class OpenAiServer : IAsyncDisposable
{
    private static readonly string[] Routes = ["/v1/models", "/v1/completions", "/v1/chat/completions", "/health"];

    private readonly ServerSettings _settings;
    private readonly ServedModel _model;
    private readonly TimeProvider _clock;
    private readonly WebApplication _web;
    private readonly SemaphoreSlim _turn = new(1);
    private int _waiting;
    private long _answers;

    public OpenAiServer(ServerSettings settings, ServedModel model, TimeProvider clock)
    {
        (_settings, _model, _clock) = (settings, model, clock);
        _web = BareWeb.Create(settings.Address, settings.Port, limits =>
        {
            limits.MaxRequestBodySize = ServerSettings.MostBodyBytes;
            limits.MaxConcurrentConnections = 4 * ServerSettings.MostWaiting;
        });
        _web.Run(HandleAsync);
    }

    /// <summary>Starts to listen.</summary>
    /// <returns>The base address.</returns>
    /// <exception cref="HspiException">The port is taken, or may not be used.</exception>
    public async Task<string> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _web.StartAsync(cancellationToken);
        }
        catch (Exception failed) when (failed is IOException or System.Net.Sockets.SocketException)
        {
            throw new HspiException($"{_settings.Address}:{_settings.Port} cannot be listened on: {failed.Message} Give another --port, or 0 for a free one.", failed);
        }

        return BareWeb.AddressOf(_web);
    }

    /// <summary>Ends requests that run, and stops listening.</summary>
    public Task StopAsync() => _web.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _web.DisposeAsync();
        _turn.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client hung up: nobody is left to answer.
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException wrong) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, new RequestError(wrong.StatusCode, wrong.Message));
        }
        catch (RequestError wrong) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, wrong);
        }
        catch (HspiException failed) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, new RequestError(500, failed.Message));
        }
        catch (RequestError wrong)
        {
            // The stream has begun: the error is its last event, as OpenAI's servers do.
            await context.Response.Body.WriteAsync(AnswerBody.Event(wrong.Body()), context.RequestAborted);
        }
    }

    private Task RouteAsync(HttpContext context) => (context.Request.Method, Path(context.Request)) switch
    {
        ("GET", "/health") => WriteAsync(context, "{\"status\":\"ok\"}"u8.ToArray()),
        ("GET", "/v1/models") => WriteAsync(context, Models()),
        ("POST", "/v1/completions") => AnswerAsync(context, isChat: false),
        ("POST", "/v1/chat/completions") => AnswerAsync(context, isChat: true),
        var (method, path) => throw new RequestError(
            Routes.Contains(path) ? 405 : 404,
            Routes.Contains(path) ? $"{method} is not what {path} takes." : $"Unknown request URL: {method} {path}.",
            code: Routes.Contains(path) ? "method_not_allowed" : "unknown_url"),
    };

    private static string Path(HttpRequest request) => request.Path.Value?.TrimEnd('/') ?? "";

    private async Task AnswerAsync(HttpContext context, bool isChat)
    {
        var request = Parse(await ReadAsync(context.Request), isChat);
        var generator = new TextGenerator(_model, request);
        var prompts = generator.ReadPrompts();
        var id = (isChat ? "chatcmpl-" : "cmpl-") + Interlocked.Increment(ref _answers);
        var body = new AnswerBody(isChat, id, _clock.GetUtcNow().ToUnixTimeSeconds(), _settings, request);

        await TakeTurnAsync(context.RequestAborted);
        try
        {
            // Off the server's own threads: a long product must not stop it from accepting.
            await Task.Run(() => request.Stream ? StreamAsync(context, generator, prompts, body) : WholeAsync(context, generator, prompts, body));
        }
        finally
        {
            _turn.Release();
        }
    }

    private GenerationRequest Parse(ReadOnlyMemory<byte> bytes, bool isChat)
    {
        try
        {
            var fields = RequestFields.Parse(bytes);
            CheckModel(fields);
            return isChat ? GenerationRequest.Chat(fields) : GenerationRequest.Completion(fields);
        }
        catch (InvalidOperationException wrong)
        {
            // JSON may escape half a character, which no text can hold; System.Text.Json finds out only as it is read.
            throw new RequestError(400, $"The body holds text that is no Unicode: {wrong.Message}");
        }
    }

    private async Task TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > ServerSettings.MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RequestError(429, "Too many requests wait already. Come back later.", code: "rate_limit_exceeded");
        }

        try
        {
            await _turn.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private static async Task WholeAsync(HttpContext context, TextGenerator generator, IReadOnlyList<IReadOnlyList<int>> prompts, AnswerBody body)
    {
        var pieces = generator.Generate(prompts, context.RequestAborted).ToList();
        await WriteAsync(context, body.Whole(pieces, generator.PromptTokens, generator.NewTokens));
    }

    private static async Task StreamAsync(HttpContext context, TextGenerator generator, IReadOnlyList<IReadOnlyList<int>> prompts, AnswerBody body)
    {
        foreach (var piece in generator.Generate(prompts, context.RequestAborted))
        {
            var chunk = body.Chunk(piece);
            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = "text/event-stream";
                context.Response.Headers.CacheControl = "no-cache";
            }

            await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        if (generator.WantsUsage)
        {
            await context.Response.Body.WriteAsync(body.UsageChunk(generator.PromptTokens, generator.NewTokens), context.RequestAborted);
        }

        await context.Response.Body.WriteAsync(AnswerBody.Done, context.RequestAborted);
    }

    private void CheckModel(RequestFields fields)
    {
        if (fields.Get("model") is { } named
            && (named.ValueKind != JsonValueKind.String || (named.GetString() is { Length: > 0 } name && name != _settings.ModelName)))
        {
            throw new RequestError(404, $"The model {named.GetRawText()} does not exist; this server has \"{_settings.ModelName}\".", "model", "model_not_found");
        }
    }

    private byte[] Models() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        @object = "list",
        data = new[] { new { id = _settings.ModelName, @object = "model", created = 0, owned_by = "hspi" } },
    });

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static Task RefuseAsync(HttpContext context, RequestError wrong)
    {
        context.Response.StatusCode = wrong.Status;
        return WriteAsync(context, wrong.Body());
    }

    private static async Task WriteAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
