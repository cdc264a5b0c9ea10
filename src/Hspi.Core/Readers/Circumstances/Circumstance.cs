namespace Hspi.Readers.Circumstances;

/// <summary>One thing beside the platform that makes answers differ from enrolled ones, and whether it is there.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="IsThere">Null where these answers do not show it.</param>
/// <param name="Seen">One sentence.</param>
public sealed record Circumstance(CircumstanceKind Kind, bool? IsThere, string Seen);

/// <summary>What can make an honest platform answer otherwise.</summary>
public enum CircumstanceKind
{
    /// <summary>The model reads another text than was enrolled: a hidden prompt, a template, another tokenizer.</summary>
    OtherText,

    /// <summary>All log-odds are multiplied by one number: a temperature, or scaled logits.</summary>
    Scale,

    /// <summary>Tokens are drawn, although the likeliest was asked for.</summary>
    Drawn,

    /// <summary>The answers come under another model's name than was asked for.</summary>
    OtherModel,
}

/// <summary>Words for <see cref="CircumstanceKind"/>.</summary>
public static class CircumstanceText
{
    /// <summary>Whether it is there.</summary>
    public static string Word(bool? isThere) => isThere switch
    {
        true => "seen",
        false => "no",
        null => "not visible",
    };

    /// <summary>As reports and JSON call it.</summary>
    public static string Word(this CircumstanceKind kind) => kind switch
    {
        CircumstanceKind.OtherText => "other text",
        CircumstanceKind.Scale => "scale",
        CircumstanceKind.Drawn => "drawn tokens",
        CircumstanceKind.OtherModel => "other model",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A circumstance without a word."),
    };
}
