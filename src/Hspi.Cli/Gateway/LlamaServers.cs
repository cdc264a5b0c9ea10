using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hspi.Platforms;

namespace Hspi.Cli.Gateway;

/// <summary>Real llama-server processes, one for each model file, that compute several requests at once: what others ask changes what they print.</summary>
/// <param name="program">Path of llama-server; the user's own.</param>
/// <param name="files">GGUF files whose names end in their format, such as <c>model-Q8_0.gguf</c>.</param>
internal sealed class LlamaServers(string program, IReadOnlyList<string> files) : IDisposable
{
    private const string Slots = "4";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };
    private readonly ConcurrentDictionary<string, Lazy<Task<(Process Process, Uri Address)>>> _alive = new(StringComparer.Ordinal);
    private readonly Dictionary<Platform, string> _files = files.ToDictionary(PlatformOf);

    /// <summary>What each file is claimed to be.</summary>
    public IReadOnlyList<Platform> Platforms => [.. _files.Keys];

    /// <summary>Whether one of the files is meant.</summary>
    public bool Has(Platform platform) => _files.ContainsKey(platform);

    /// <summary>Asks at once, beside whatever is asked just now.</summary>
    public async Task<GatewayReply> AskAsync(Platform platform, GatewayRequest request)
    {
        var (_, address) = await _alive.GetOrAdd(_files[platform], file => new(() => StartAsync(file))).Value;
        return await request.PassOnAsync(_http, address);
    }

    public void Dispose()
    {
        foreach (var one in _alive.Values.Where(one => one.Value.IsCompletedSuccessfully))
        {
            one.Value.Result.Process.Kill(entireProcessTree: true);
            one.Value.Result.Process.Dispose();
        }

        _http.Dispose();
    }

    /// <summary>The format stands at the end of the name, as llama.cpp's own tools write it.</summary>
    private static Platform PlatformOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var format = name[(name.LastIndexOfAny(['-', '.']) + 1)..].ToLowerInvariant();
        return PlatformText.Parse($"engine=llama.cpp precision={format switch { "f32" => "fp32", "f16" => "fp16", _ => format }}");
    }

    private async Task<(Process, Uri)> StartAsync(string file)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["-m", file, "--host", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "-np", Slots])
        {
            start.ArgumentList.Add(word);
        }

        var process = Process.Start(start) ?? throw new HspiException($"{program}: did not start.");
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Patience && !process.HasExited; await Task.Delay(200))
        {
            try
            {
                using var response = await _http.GetAsync(new Uri(address, "v1/models"));
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return (process, address);
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }

        process.Kill(entireProcessTree: true);
        throw new HspiException($"{program}: does not serve {file}. Try `{program} -m {file}`.");
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
