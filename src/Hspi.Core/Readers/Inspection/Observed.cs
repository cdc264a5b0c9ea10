using Hspi.Dialects;
using Hspi.Exchanges;
using Hspi.Readers.Surface;

namespace Hspi.Readers.Inspection;

/// <summary>A response, parsed once for everybody who looks at it.</summary>
/// <param name="Exchange">The response and its request.</param>
/// <param name="Dialect">Its dialect; <c>unknown</c> where none recognises it.</param>
/// <param name="Answer">What it says; null in an unknown dialect.</param>
/// <param name="Print">What it looks like.</param>
/// <param name="Matches">The signatures that fit.</param>
public sealed record Observed(Exchange Exchange, string Dialect, ParsedAnswer? Answer, SurfacePrint Print, IReadOnlyList<SurfaceMatch> Matches)
{
    /// <summary>Looks at a recorded exchange.</summary>
    /// <returns>Null for a body without request and headers that no dialect recognises: that is some other JSON, no response.</returns>
    public static Observed? Of(Exchange exchange, SurfaceReader surface)
    {
        var dialect = DialectCatalog.Recognise(exchange);
        if (exchange.Response is null || (dialect is null && exchange.Response.Status == 0 && exchange.Request.Url.Length == 0))
        {
            return null;
        }

        var print = SurfacePrint.Of(exchange);
        return new Observed(exchange, dialect?.Name ?? SurfaceReader.Unknown, dialect?.Read(exchange), print, [.. surface.Match(print)]);
    }
}
