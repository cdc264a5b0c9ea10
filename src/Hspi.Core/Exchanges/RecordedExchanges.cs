namespace Hspi.Exchanges;

/// <summary>Answers that were paid for already. A request that a run sends three times is found three times, in order.</summary>
public sealed class RecordedExchanges
{
    private readonly Dictionary<string, Queue<Exchange>> _byRequest = [];

    /// <param name="exchanges">As read from an evidence file; only answers to the question are kept: not what a client would retry, a redirect, or a refused key.</param>
    public RecordedExchanges(IEnumerable<Exchange> exchanges)
    {
        foreach (var exchange in exchanges.Where(exchange => exchange.Response is { Status: > 0 and (< 300 or >= 400) and not (401 or 402 or 403 or 407 or 408 or 425 or 429 or >= 500) }))
        {
            var hash = RequestHash.Of(exchange.Request);
            if (!_byRequest.TryGetValue(hash, out var queue))
            {
                _byRequest[hash] = queue = new Queue<Exchange>();
            }

            queue.Enqueue(exchange);
        }
    }

    /// <summary>Takes the next recorded answer to <paramref name="request"/>, already scrubbed and with its whole address; null when it must be sent.</summary>
    public Exchange? Take(ExchangeRequest request)
    {
        lock (_byRequest)
        {
            return _byRequest.TryGetValue(RequestHash.Of(request), out var queue) && queue.TryDequeue(out var exchange) ? exchange : null;
        }
    }
}
