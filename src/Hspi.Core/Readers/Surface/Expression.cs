using System.Text.RegularExpressions;

namespace Hspi.Readers.Surface;

/// <summary>One condition of a signature: a field of the print, and what it must look like.</summary>
/// <param name="Field">A field of <see cref="SurfacePrint"/>.</param>
/// <param name="Operator"><c>=</c> equal, <c>~</c> matches a pattern, <c>has</c> lists all these keys, <c>order</c> lists them in this order, <c>exists</c>.</param>
/// <param name="Value">The right-hand side.</param>
/// <param name="Points">How telling it is, in bits: 2^points times rarer among all other engines. Judged, see the base's README.</param>
/// <param name="Line">Line of the base.</param>
public sealed record Expression(string Field, string Operator, string Value, int Points, int Line)
{
    private readonly Regex? _pattern = Operator == "~"
        ? new Regex(Value, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking) // linear in a hostile value
        : null;

    private readonly string[] _keys = Operator is "has" or "order" ? Value.Split(',') : [];

    /// <summary>Whether a value of the field satisfies it.</summary>
    public bool Matches(SurfacePrint print) => print.Values(Field).Any(Matches);

    /// <summary>The last part in parentheses of the first match, and what a part named <c>on</c> says of the hardware; null where none matches.</summary>
    public string? Capture(SurfacePrint print) => _pattern is null
        ? null
        : print.Values(Field).Select(value => _pattern.Match(value)).Where(match => match.Success).Select(Captured).FirstOrDefault();

    /// <summary>Whether both ask for the same value of the same field; their points may differ.</summary>
    public bool SameAs(Expression other) => (Field, Operator, Value) == (other.Field, other.Operator, other.Value);

    /// <summary>As it is written in the base.</summary>
    public override string ToString() => Operator == "exists" ? $"{Field} exists" : $"{Field} {Operator} {Value}";

    /// <summary>Named parts are numbered after all others.</summary>
    private static string Captured(Match match) => match.Groups["on"] is { Success: true } on ? $"{match.Groups[^2].Value} on {on.Value}" : match.Groups[^1].Value;

    private bool Matches(string value) => Operator switch
    {
        "exists" => true,
        "=" => value.Equals(Value, StringComparison.Ordinal),
        "~" => _pattern!.IsMatch(value),
        "has" => _keys.All(value.Split(',').Contains),
        "order" => InOrder(value.Split(',')),
        _ => throw new InvalidOperationException($"The loader let the operator \"{Operator}\" through."),
    };

    private bool InOrder(string[] keys)
    {
        var next = 0;
        foreach (var key in keys)
        {
            next += next < _keys.Length && key == _keys[next] ? 1 : 0;
        }

        return next == _keys.Length;
    }
}
