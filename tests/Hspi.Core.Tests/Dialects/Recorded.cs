using Hspi.Exchanges;

namespace Hspi.Core.Tests.Dialects;

/// <summary>Builds exchanges as a recording would hold them.</summary>
internal static class Recorded
{
    public static Exchange Body(string body, string url = "", int status = 200, string request = "") =>
        new(new ExchangeRequest(url.Length > 0 ? "POST" : "", url, [], request), new ExchangeResponse(status, [], body), 0);
}
