using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Hspi.Platforms;

namespace Hspi.Cli.Gateway;

/// <summary>Processes of <c>hspi serve</c>, each started when it is first asked, and what they answered.</summary>
/// <param name="llama">Real servers, which are asked each time; null for none.</param>
/// <remarks>A server of ours computes one request at a time, so an answer depends on the request alone, and the same request is asked once.</remarks>
internal sealed class ServePool(LlamaServers? llama) : IDisposable
{
    /// <summary>Servers that run at once: each holds its engine in memory.</summary>
    private const int MostAlive = 6;

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly ConcurrentDictionary<(string Platform, string Path, string Body), Task<GatewayReply>> _answers = new();
    private readonly SemaphoreSlim _gate = new(1);
    private readonly List<(string Platform, Process Process, string Address)> _alive = [];

    /// <summary>What the server under this platform answers.</summary>
    /// <param name="platform">A platform of this machine.</param>
    /// <param name="request">The request.</param>
    public Task<GatewayReply> AskAsync(Platform platform, GatewayRequest request) => IsLive(platform)
        ? llama!.AskAsync(platform, request)
        : _answers.GetOrAdd((platform.ToString(), request.Path, request.Body), _ => SendAsync(platform.ToString(), request));

    /// <summary>Whether it is a real server that computes several requests at once.</summary>
    public bool IsLive(Platform platform) => llama?.Has(platform) == true;

    public void Dispose()
    {
        _alive.ForEach(one => End(one.Process));
        _http.Dispose();
        _gate.Dispose();
    }

    private async Task<GatewayReply> SendAsync(string platform, GatewayRequest request)
    {
        // One at a time: the servers share two cores, and none may be ended while it answers.
        await _gate.WaitAsync();
        try
        {
            return await request.PassOnAsync(_http, new Uri(await AddressAsync(platform)));
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string> AddressAsync(string platform)
    {
        var index = _alive.FindIndex(one => one.Platform == platform);
        if (index >= 0)
        {
            var known = _alive[index];
            _alive.RemoveAt(index);
            _alive.Add(known);
            return known.Address;
        }

        if (_alive.Count == MostAlive)
        {
            End(_alive[0].Process);
            _alive.RemoveAt(0);
        }

        // Its input stays open as long as we live: however we end, it ends too.
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["serve", "--until-input-closes", "--quiet-name", "--platform", platform])
        {
            start.ArgumentList.Add(word);
        }

        var process = Process.Start(start) ?? throw new HspiException($"{platform}: its server did not start.");
        if (await process.StandardOutput.ReadLineAsync() is not { } address)
        {
            var said = await process.StandardError.ReadToEndAsync();
            End(process);
            throw new HspiException($"{platform}: its server did not start: {said.Trim()}");
        }

        _alive.Add((platform, process, address));
        return address;
    }

    private static void End(Process process)
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }
}

/// <summary>A request as it came to the gateway.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">With its leading slash.</param>
/// <param name="Body">Empty for a GET.</param>
internal sealed record GatewayRequest(string Method, string Path, string Body)
{
    /// <summary>What the server at this address answers.</summary>
    public async Task<GatewayReply> PassOnAsync(HttpClient http, Uri server)
    {
        using var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(server, Path));
        if (Body.Length > 0)
        {
            message.Content = new StringContent(Body, Encoding.UTF8, "application/json");
        }

        using var response = await http.SendAsync(message);
        return new GatewayReply((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

/// <summary>What the gateway answers.</summary>
/// <param name="Status">HTTP status; 0 closes the connection without a word.</param>
/// <param name="Body">JSON.</param>
internal sealed record GatewayReply(int Status, string Body);
