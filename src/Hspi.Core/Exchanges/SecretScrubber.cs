using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Hspi.Exchanges;

/// <summary>Takes keys and cookies out of everything that is kept or printed, also where a hostile server echoes them back.</summary>
/// <remarks>
/// A key is found as itself and in the spellings a server can give it without effort: JSON, URL and HTML escapes of any
/// of its characters, hex, and Base64 at each of the three alignments. Halves of a key, a key that is reversed or encoded
/// twice are out of reach: who has the key and wants to hide it can always. Placeholders that local servers are given instead
/// of a key are words of the language; removing them would damage evidence and protect nothing.
/// </remarks>
public sealed partial class SecretScrubber
{
    private const string Removed = "[removed]";

    /// <summary>Shorter keys protect nothing, and their letters occur by chance.</summary>
    private const int ShortestSecret = 6;

    private static readonly HashSet<string> SecretHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Proxy-Authorization", "Api-Key", "X-Api-Key", "X-Goog-Api-Key", "Ocp-Apim-Subscription-Key",
        "Cookie", "Set-Cookie", "X-Auth-Token",
    };

    private static readonly HashSet<string> Placeholders = new(StringComparer.OrdinalIgnoreCase)
    {
        "ollama", "lm-studio", "dummy", "not-needed", "sk-no-key-required", "no-key", "placeholder", "hspi-serve",
    };

    /// <summary>Names of query parameters that carry a secret, in lower case and without the marks between words.</summary>
    private static readonly HashSet<string> SecretNames = new(StringComparer.Ordinal)
    {
        "key", "apikey", "xapikey", "hapikey", "accesskey", "secretkey", "privatekey", "subscriptionkey", "ocpapimsubscriptionkey", "awsaccesskeyid",
        "token", "accesstoken", "refreshtoken", "idtoken", "authtoken", "apitoken", "sessiontoken", "xauthtoken", "xamzsecuritytoken", "jwt", "bearer",
        "secret", "clientsecret", "apisecret", "password", "passwd", "pwd", "pass", "auth", "authorization", "credential", "credentials",
        "code", "sig", "signature", "xamzsignature", "xamzcredential", "xgoogsignature", "xgoogcredential", "session", "sessionid",
    };

    private readonly Regex[] _patterns;

    /// <param name="keys">The secrets of this run; may be empty.</param>
    public SecretScrubber(params IEnumerable<string> keys) => _patterns =
        [.. keys.Where(key => key.Length >= ShortestSecret && !Placeholders.Contains(key)).Distinct(StringComparer.Ordinal).SelectMany(Patterns)];

    /// <summary>The exchange without secrets in addresses, headers and bodies.</summary>
    public Exchange Scrub(Exchange exchange) => exchange with
    {
        Request = exchange.Request with
        {
            Url = ScrubUrl(exchange.Request.Url),
            Headers = ScrubHeaders(exchange.Request.Headers),
            Body = ScrubText(exchange.Request.Body),
        },
        Response = exchange.Response is { } response
            ? response with { Headers = ScrubHeaders(response.Headers), Body = ScrubText(response.Body) }
            : null,
    };

    /// <summary>The text without any spelling of a key.</summary>
    public string ScrubText(string text)
    {
        foreach (var pattern in _patterns)
        {
            text = pattern.Replace(text, Removed);
        }

        return text;
    }

    /// <summary>The address without credentials: neither before the host nor in the query.</summary>
    public string ScrubUrl(string url) =>
        ScrubText(UserInfo().Replace(Query().Replace(url, pair => IsSecret(pair.Groups["name"].Value) ? pair.Groups["before"].Value + Removed : pair.Value), "$1"));

    /// <summary>What the caller gave as an address, for a message that says why it is none: nothing before an @ is shown, whatever its form.</summary>
    public string ScrubAddress(string text) => ScrubUrl(text[(text.LastIndexOf('@') + 1)..]);

    private static bool IsSecret(string name) =>
        SecretNames.Contains(string.Concat(Uri.UnescapeDataString(name).Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant());

    private List<KeyValuePair<string, string>> ScrubHeaders(IReadOnlyList<KeyValuePair<string, string>> headers) =>
        [.. headers.Select(header => KeyValuePair.Create(
            ScrubText(header.Key),
            SecretHeaders.Contains(header.Key) ? Removed : ScrubUrl(header.Value)))];

    private static IEnumerable<Regex> Patterns(string key)
    {
        var spelled = new StringBuilder();
        foreach (var c in key)
        {
            var code = (int)c;
            spelled.Append(CultureInfo.InvariantCulture, $@"(?:\\?{Regex.Escape(c.ToString())}|\\+u{code:x4}|\\x{code:x2}|%{code:x2}|%25{code:x2}|&#x0*{code:x};|&#0*{code};)");
        }

        yield return Pattern(spelled.ToString());
        yield return Pattern(Convert.ToHexString(Encoding.UTF8.GetBytes(key)));
        foreach (var encoded in Base64Cores(key))
        {
            // Base64 distinguishes letters by case, and either alphabet may have been used; what follows holds the key's last bytes.
            yield return new Regex(Regex.Escape(encoded).Replace(@"\+", "[+-]", StringComparison.Ordinal).Replace("/", @"(?:\\?/|_)", StringComparison.Ordinal) + "[A-Za-z0-9+/_-]{0,3}=*", RegexOptions.CultureInvariant);
        }
    }

    /// <summary>The characters of Base64 that depend on the key alone, whatever stands before and after it.</summary>
    private static IEnumerable<string> Base64Cores(string key)
    {
        for (var before = 0; before < 3; before++)
        {
            var bytes = Encoding.UTF8.GetBytes(new string('\0', before) + key);
            var whole = bytes.Length / 3 * 3;
            var encoded = Convert.ToBase64String(bytes, 0, whole);
            var foreign = before == 0 ? 0 : before + 1;
            if (encoded.Length - foreign >= ShortestSecret)
            {
                yield return encoded[foreign..];
            }
        }
    }

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    [GeneratedRegex(@"(?<before>[?&;#](?<name>[^=&;#?\s""]{1,80})=)[^&;\s""#]*")]
    private static partial Regex Query();

    // Of every scheme, up to the last @ before the path; without a scheme only at the very beginning, and with a password.
    [GeneratedRegex(@"(\b[a-z][a-z0-9+.-]*:/{1,3})[^/""?#\r\n]*@|^\s*[^/""?#\s:@]+:[^/""?#\r\n]*@", RegexOptions.IgnoreCase)]
    private static partial Regex UserInfo();
}
