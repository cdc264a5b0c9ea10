using System.Globalization;
using System.Net;
using System.Text;

namespace Hspi.Reports.Html;

/// <summary>HTML being written. Interpolated values are escaped: what came from an endpoint can never become markup.</summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new();

    /// <summary>Adds markup; every <c>{value}</c> in it is formatted invariantly and escaped.</summary>
    public HtmlText Add(FormattableString markup)
    {
        var values = markup.GetArguments().Select(value => value switch
        {
            HtmlText html => html.ToString(),
            IFormattable number => number, // formatted by its own format string below
            _ => (object)Escape(value?.ToString() ?? ""),
        }).ToArray();
        _text.Append(string.Format(CultureInfo.InvariantCulture, markup.Format, values)).Append('\n');
        return this;
    }

    /// <summary>Adds each item's markup.</summary>
    public HtmlText AddEach<T>(IEnumerable<T> items, Func<T, FormattableString> markup)
    {
        foreach (var item in items)
        {
            Add(markup(item));
        }

        return this;
    }

    /// <summary>Text as HTML shows it; what HTML forbids or nobody sees becomes visible.</summary>
    public static string Escape(string text) =>
        WebUtility.HtmlEncode(VisibleText.Line(text));

    public override string ToString() => _text.ToString();
}
