namespace Hspi.Readers.Embeddings;

/// <summary>Whether something came after the numbers of embeddings were rounded to their format.</summary>
public enum Rounding
{
    /// <summary>Nothing is known.</summary>
    Unknown,

    /// <summary>They were multiplied by a common factor afterwards, as a norm is, or averaged.</summary>
    Before,

    /// <summary>They are themselves numbers of the format: rounding came last.</summary>
    After,
}

/// <summary>The text form of <see cref="Rounding"/>.</summary>
public static class RoundingText
{
    /// <summary>The word in files and reports, such as <c>before</c>.</summary>
    public static string Word(this Rounding rounding) => rounding switch
    {
        Rounding.Unknown => "unknown",
        Rounding.Before => "before",
        Rounding.After => "after",
        _ => throw new ArgumentOutOfRangeException(nameof(rounding), rounding, "A rounding without a word."),
    };
}
