using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hspi.Cli.Tests;

/// <summary>An endpoint that says whatever a test wants; each connection gets one answer.</summary>
internal sealed class ScriptedEndpoint : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Task<string>> _answer;
    private readonly Func<string, bool> _stalls;
    private int _calls;

    /// <param name="answer">From the request's text to the whole response, status line first.</param>
    /// <param name="stalls">Which responses are cut in the middle, with the connection left open and silent.</param>
    public ScriptedEndpoint(Func<string, Task<string>> answer, Func<string, bool>? stalls = null)
    {
        _answer = answer;
        _stalls = stalls ?? (_ => false);
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public ScriptedEndpoint(string response) : this(_ => Task.FromResult(response)) { }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Requests so far.</summary>
    public int Calls => _calls;

    /// <summary>A response with a body.</summary>
    public static string Response(string status, string type, string body, string headers = "") =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n{headers}\r\n{body}";

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadAsync(stream);
                Interlocked.Increment(ref _calls);
                var answer = Encoding.UTF8.GetBytes(await _answer(request));
                var stalls = _stalls(request);
                await stream.WriteAsync(answer.AsMemory(0, stalls ? answer.Length - 10 : answer.Length), _stop.Token);
                await Task.Delay(stalls ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, _stop.Token);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or ObjectDisposedException)
            {
                // The program hung up, or the test is over.
            }
        }
    }

    private async Task<string> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 << 10];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, _stop.Token);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var whole = text.ToString();
            var end = whole.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (end >= 0 && whole.Length - end - 4 >= Length(whole)))
            {
                return whole;
            }
        }
    }

    private static int Length(string request)
    {
        const string Name = "Content-Length:";
        var at = request.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : int.Parse(request[(at + Name.Length)..request.IndexOf('\r', at)].Trim());
    }
}
