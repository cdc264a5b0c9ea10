using System.Globalization;
using System.Text;

namespace Hspi.Cli.Gateway;

/// <summary>Other customers of a gateway, who ask all the time until they are disposed of.</summary>
internal sealed class Callers : IAsyncDisposable
{
    private static readonly string[] Texts = ["the river was", "open the door and", "seven green birds", "in the morning", "nobody knew that"];

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http = new();
    private readonly List<Task> _callers;

    public Callers(int count, Uri address) => _callers = [.. Enumerable.Range(0, count).Select(caller => Task.Run(() => AskAsync(caller, address)))];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        _stop.Dispose();
        _http.Dispose();
    }

    private async Task AskAsync(int caller, Uri address)
    {
        try
        {
            for (var i = caller; ; i++)
            {
                using var body = new StringContent(string.Create(CultureInfo.InvariantCulture, $$"""{"prompt":"{{Texts[i % Texts.Length]}}","max_tokens":2,"temperature":0}"""), Encoding.UTF8, "application/json");
                using var response = await _http.PostAsync(new Uri(address, "v1/completions"), body, _stop.Token);
                // As a person does, who reads before the next question.
                await Task.Delay(2, _stop.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or HttpRequestException)
        {
        }
    }
}
