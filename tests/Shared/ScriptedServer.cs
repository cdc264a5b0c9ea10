using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hspi.Tests;

/// <summary>A server on loopback that does exactly what a test tells it, good manners or bad.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Stream, CancellationToken, Task> _script;
    private readonly Task _running;

    /// <param name="script">Gets each request's head and body as text, and writes the response's bytes.</param>
    /// <param name="port">0 takes a free one.</param>
    public ScriptedServer(Func<string, Stream, CancellationToken, Task> script, int port = 0)
    {
        (_script, _listener) = (script, new TcpListener(IPAddress.Loopback, port));
        _listener.Start();
        _running = RunAsync();
    }

    /// <summary>As a user would type it.</summary>
    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public Uri Address => new(Url);

    /// <summary>Every request as it came.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Answers the n-th request with the n-th response, and the last one from then on.</summary>
    public static ScriptedServer Answering(params string[] responses)
    {
        var next = -1;
        return new ScriptedServer(async (_, stream, stop) =>
            await stream.WriteAsync(Encoding.UTF8.GetBytes(responses[Math.Min(Interlocked.Increment(ref next), responses.Length - 1)]), stop));
    }

    /// <summary>Answers each request with what a test makes of its text.</summary>
    /// <param name="answer">From the request to the whole response.</param>
    /// <param name="stalls">Which responses are cut in the middle, with the connection left open and silent.</param>
    /// <param name="port">0 takes a free one.</param>
    public static ScriptedServer Answering(Func<string, Task<string>> answer, Func<string, bool>? stalls = null, int port = 0) => new(async (request, stream, stop) =>
    {
        var response = Encoding.UTF8.GetBytes(await answer(request));
        var stalled = stalls?.Invoke(request) == true;
        await stream.WriteAsync(response.AsMemory(0, stalled ? response.Length - 10 : response.Length), stop);
        await Task.Delay(stalled ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, stop);
    }, port);

    /// <summary>A whole HTTP response.</summary>
    public static string Response(string body, int status = 200, string headers = "Content-Type: application/json\r\n") =>
        $"HTTP/1.1 {status} Something\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadRequestAsync(stream);
                Requests.Enqueue(request);
                await _script(request, stream, _stop.Token);
                client.Client.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null, _stop.Token); // a reset would lose what is still on its way
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
            {
                // The client hung up, which is what many of these tests want it to do.
            }
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        var text = "";
        while (!text.EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) > 0)
        {
            bytes.Add(one[0]);
            text = Encoding.Latin1.GetString([.. bytes]);
        }

        var length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        var body = new byte[length is null ? 0 : int.Parse(length["Content-Length:".Length..])];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return text + Encoding.UTF8.GetString(body);
    }
}
