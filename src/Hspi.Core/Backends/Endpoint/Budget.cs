using System.Globalization;
using System.Text;
using Hspi.Dialects;
using Hspi.Exchanges;

namespace Hspi.Backends.Endpoint;

/// <summary>Hard limits of a run. A call that could break one is not sent.</summary>
/// <remarks>
/// Before a call the worst case is reserved (one token per byte of the request, the longest answer); afterwards the
/// server's own count replaces it. A try that failed keeps its call; its tokens too when it reached the server, which may have
/// computed an answer that we never saw.
/// </remarks>
public sealed class Budget
{
    private readonly Lock _gate = new();
    private readonly BudgetLimits _limits;
    private int _calls;
    private long _promptTokens;
    private long _completionTokens;
    private int _earlierCalls;
    private decimal _reserved;
    private long _reservedTokens;

    /// <param name="limits">What may be spent in all.</param>
    public Budget(BudgetLimits limits)
    {
        if (limits.MostUsd < 0)
        {
            throw new UsageException("A limit in dollars cannot be negative.");
        }

        if (limits.MostUsd is not null && limits.Price is null)
        {
            throw new UsageException("A limit in dollars needs the endpoint's prices. Give the price per million tokens in and out.");
        }

        _limits = limits;
    }

    /// <summary>What has been spent so far.</summary>
    public Spent Spent
    {
        get
        {
            lock (_gate)
            {
                return new Spent(_calls, _promptTokens, _completionTokens, _limits.Price?.Of(_promptTokens, _completionTokens));
            }
        }
    }

    /// <summary>The most that <paramref name="request"/> can cost.</summary>
    public static Usage WorstCase(ExchangeRequest request, int newTokens) =>
        // A byte-level token is the shortest there is; the request's own JSON stands for the chat template.
        new(Encoding.UTF8.GetByteCount(request.Body), newTokens);

    /// <summary>What <paramref name="exchange"/> is charged with: the server's count, the worst case where it gave none, nothing where it refused.</summary>
    /// <param name="exchange">What was sent, and what came back.</param>
    /// <param name="dialect">Reads the server's count; null where none recognises the answer.</param>
    /// <param name="worst">The most that it can have cost.</param>
    public static Usage Charged(Exchange exchange, IDialect? dialect, Usage worst) => exchange switch
    {
        { Response.Status: 200 } when dialect?.Read(exchange) is { Usage: { } counted } answer => counted with { CompletionTokens = Math.Max(counted.CompletionTokens, answer.Steps.Count) },
        { Response.Status: 200 } => worst,
        { Response: null, Seconds: > 0 } => worst,
        _ => new Usage(0, 0),
    };

    /// <summary>What a recorded exchange was charged with when it was sent; listing models is free.</summary>
    public static Usage Charged(Exchange recorded) => recorded.Request.Method == "POST"
        ? Charged(recorded, DialectCatalog.Recognise(recorded), WorstCase(recorded.Request, RequestedLength.Of(recorded.Request.Body)))
        : new Usage(0, 0);

    /// <summary>Takes what earlier runs of the same evidence sent out of the budget, so that its limits hold for all of them together.</summary>
    /// <param name="recorded">As read from the evidence file.</param>
    /// <param name="lost">The worst cost of each call that was sent and never recorded.</param>
    public void Charge(IEnumerable<Exchange> recorded, IEnumerable<Usage> lost)
    {
        foreach (var one in lost)
        {
            lock (_gate)
            {
                _calls++;
                _earlierCalls++;
                _promptTokens += one.PromptTokens;
                _completionTokens += one.CompletionTokens;
            }
        }

        foreach (var exchange in recorded)
        {
            var charged = Charged(exchange);
            lock (_gate)
            {
                _calls++;
                _earlierCalls++;
                _promptTokens += charged.PromptTokens;
                _completionTokens += charged.CompletionTokens;
            }
        }
    }

    /// <summary>Whether so many more calls, each at its worst, break no limit.</summary>
    public bool HasRoomFor(IReadOnlyCollection<Usage> worst)
    {
        lock (_gate)
        {
            var prompt = _promptTokens + worst.Sum(one => one.PromptTokens);
            var completion = _completionTokens + worst.Sum(one => one.CompletionTokens);
            return _calls + worst.Count <= _limits.MostCalls
                && prompt + completion + _reservedTokens <= _limits.MostTokens
                && (_limits.Price?.Of(prompt, completion) ?? 0) + _reserved <= (_limits.MostUsd ?? decimal.MaxValue);
        }
    }

    /// <summary>Takes one call and its worst case out of the budget.</summary>
    /// <exception cref="BudgetException">It could break a limit; nothing may be sent.</exception>
    public void Reserve(Usage worst)
    {
        lock (_gate)
        {
            var tokens = worst.PromptTokens + worst.CompletionTokens;
            var usd = _limits.Price?.Of(worst.PromptTokens, worst.CompletionTokens) ?? 0;
            if (_calls >= _limits.MostCalls)
            {
                throw new BudgetException(Text($"The limit of {_limits.MostCalls} calls is reached{Earlier}."));
            }

            if (_promptTokens + _completionTokens + _reservedTokens + tokens > _limits.MostTokens)
            {
                throw new BudgetException(Text($"The next call could use {tokens} tokens, and {_promptTokens + _completionTokens} of at most {_limits.MostTokens} are used{Earlier}."));
            }

            var spent = _limits.Price?.Of(_promptTokens, _completionTokens) ?? 0;
            if (spent + _reserved + usd > (_limits.MostUsd ?? decimal.MaxValue))
            {
                throw new BudgetException(Text($"The next call could cost ${usd:0.######}, and ${spent:0.######} of at most ${_limits.MostUsd:0.######} is spent{Earlier}."));
            }

            _calls++;
            _reservedTokens += tokens;
            _reserved += usd;
        }
    }

    /// <summary>Replaces a reserved worst case by what is charged.</summary>
    public void Settle(Usage worst, Usage charged)
    {
        lock (_gate)
        {
            _reservedTokens -= worst.PromptTokens + worst.CompletionTokens;
            _reserved -= _limits.Price?.Of(worst.PromptTokens, worst.CompletionTokens) ?? 0;
            _promptTokens += charged.PromptTokens;
            _completionTokens += charged.CompletionTokens;
        }
    }

    private string Earlier => _earlierCalls == 0 ? "" : Text($", {_earlierCalls} calls of earlier runs included");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a run may spend.</summary>
/// <param name="MostCalls">HTTP requests in all, repeated tries included.</param>
/// <param name="MostTokens">Tokens read and generated in all.</param>
/// <param name="MostUsd">Dollars in all; null for no limit.</param>
/// <param name="Price">The endpoint's prices; null where unknown or free.</param>
public sealed record BudgetLimits(int MostCalls = 20, long MostTokens = long.MaxValue / 4, decimal? MostUsd = null, Price? Price = null);

/// <summary>Prices of an endpoint.</summary>
/// <param name="UsdPerMillionIn">Dollars per million tokens read.</param>
/// <param name="UsdPerMillionOut">Dollars per million tokens generated.</param>
public sealed record Price(decimal UsdPerMillionIn, decimal UsdPerMillionOut)
{
    /// <summary>Dollars for so many tokens.</summary>
    public decimal Of(long promptTokens, long completionTokens) =>
        ((promptTokens * UsdPerMillionIn) + (completionTokens * UsdPerMillionOut)) / 1_000_000m;
}

/// <summary>What a run has cost.</summary>
/// <param name="Calls">HTTP requests sent, repeated tries included.</param>
/// <param name="PromptTokens">Tokens read, as the server counts.</param>
/// <param name="CompletionTokens">Tokens generated, as the server counts.</param>
/// <param name="Usd">Dollars; null without prices.</param>
public sealed record Spent(int Calls, long PromptTokens, long CompletionTokens, decimal? Usd)
{
    /// <summary>Tokens in all.</summary>
    public long Tokens => PromptTokens + CompletionTokens;
}

/// <summary>A limit that the user set would be broken. What was asked so far is good, and can be judged.</summary>
public sealed class BudgetException(string message) : HspiException(message);
