using System.Globalization;
using System.Text.RegularExpressions;
using Hspi.Dialects;
using Hspi.Dialects.Json;
using Hspi.Exchanges;
using Hspi.Probes;

namespace Hspi.Backends.Endpoint;

/// <summary>When to come back: what the server asks for, else a pause that doubles.</summary>
internal sealed partial class ServerPatience(EndpointOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private SeededNormal _jitter = new(options.Seed);

    /// <summary>Whether a status says "later".</summary>
    public static bool AsksForPatience(int status) => status is 408 or 425 or 429 or 500 or 502 or 503 or 504 or 529;

    /// <summary>Whether an answer says "later": by its status, or by an error under a good status, as some gateways do.</summary>
    public static bool AsksForPatience(Exchange exchange) => exchange.Response is { } response
        && (AsksForPatience(response.Status) || (response.Status == 200 && ErrorBody.Find(response, BodyEvents.Read(response.Body)) is { } error && Later().IsMatch(error)));

    /// <summary>The pause before try <paramref name="next"/> (from 2).</summary>
    /// <exception cref="HspiException">The server wants a longer one than we have.</exception>
    public TimeSpan Before(int next, ExchangeResponse? response)
    {
        var asked = response is null ? null : Asked(response);
        if (asked > options.LongestPause)
        {
            throw new HspiException($"{options.Address.Host} asks to come back in {asked.Value.TotalSeconds:0} s. That is longer than this run waits ({options.LongestPause.TotalSeconds:0} s); run it again later with --resume.");
        }

        var doubled = options.FirstPause * Math.Pow(2, Math.Min(next - 2, 20));
        double jitter;
        lock (_gate)
        {
            jitter = 0.9 + (0.2 * _jitter.NextUniform());
        }

        var ours = (doubled < options.LongestPause ? doubled : options.LongestPause) * jitter;
        // Never earlier than asked; a server that asks for nothing still gets our own pause.
        return asked > ours ? asked.Value : ours;
    }

    /// <summary>The pause that a good answer asks for before the next question: its rate limit is used up.</summary>
    public TimeSpan AfterGood(ExchangeResponse response)
    {
        var wait = TimeSpan.Zero;
        foreach (var kind in (ReadOnlySpan<string>)["requests", "tokens"])
        {
            if (Header(response, $"x-ratelimit-remaining-{kind}") is "0" or "-1"
                && Duration(Header(response, $"x-ratelimit-reset-{kind}")) is { } reset && reset > wait)
            {
                wait = reset;
            }
        }

        return wait < options.LongestPause ? wait : options.LongestPause;
    }

    private TimeSpan? Asked(ExchangeResponse response)
    {
        if (Header(response, "retry-after-ms") is { } text
            && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds))
        {
            return Seconds(milliseconds / 1000);
        }

        return RetryAfter(Header(response, "retry-after")) ?? Duration(Header(response, "x-ratelimit-reset-requests"));
    }

    private TimeSpan? RetryAfter(string? text)
    {
        if (text is null)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return Seconds(seconds);
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            return null;
        }

        var wait = date - clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>OpenAI writes <c>6m0s</c>, <c>1.5s</c>, <c>120ms</c>; others plain seconds.</summary>
    internal static TimeSpan? Duration(string? text)
    {
        if (text is null || text.Length > 40)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var plain))
        {
            // OpenRouter and others give the moment instead, in seconds or milliseconds since 1970: not a duration.
            return plain < 1e7 ? Seconds(plain) : null;
        }

        var match = Parts().Match(text);
        if (!match.Success || match.Length == 0)
        {
            return null;
        }

        double Part(string name) => match.Groups[name].Success ? double.Parse(match.Groups[name].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return Seconds((Part("d") * 86400) + (Part("h") * 3600) + (Part("m") * 60) + Part("s") + (Part("ms") / 1000));
    }

    /// <summary>A server can also ask to come back in "NaN" seconds; that asks for nothing.</summary>
    private static TimeSpan? Seconds(double seconds) => double.IsNaN(seconds) ? null : TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e9));

    private static string? Header(ExchangeResponse response, string name) =>
        response.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value?.Trim();

    [GeneratedRegex(@"\b(overloaded|over capacity|at capacity|too many requests|rate.?limit|temporarily|try again|retry|currently loading|is loading)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Later();

    [GeneratedRegex(@"^(?:(?<d>[0-9]{1,6}(?:\.[0-9]+)?)d)?(?:(?<h>[0-9]{1,6}(?:\.[0-9]+)?)h)?(?:(?<m>[0-9]{1,6}(?:\.[0-9]+)?)m)?(?:(?<s>[0-9]{1,6}(?:\.[0-9]+)?)s)?(?:(?<ms>[0-9]{1,9}(?:\.[0-9]+)?)ms)?$")]
    private static partial Regex Parts();
}
