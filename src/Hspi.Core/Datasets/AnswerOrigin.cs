namespace Hspi.Datasets;

/// <summary>Where an answer came from. A dataset keeps it as text, in lower case.</summary>
public enum AnswerOrigin
{
    /// <summary>A library, or a card, ran on its owner's machine.</summary>
    Measured,

    /// <summary>An emulated unit computed it.</summary>
    Computed,

    /// <summary>A server answered; the platform is what it was said to be.</summary>
    Endpoint,
}

/// <summary>The text form of <see cref="AnswerOrigin"/>.</summary>
public static class AnswerOriginText
{
    /// <summary>The word in the column <c>origin</c>.</summary>
    public static string Word(this AnswerOrigin origin) => origin switch
    {
        AnswerOrigin.Measured => "measured",
        AnswerOrigin.Computed => "computed",
        AnswerOrigin.Endpoint => "endpoint",
        _ => throw new ArgumentOutOfRangeException(nameof(origin), origin, "An origin without a word."),
    };

    /// <summary>The origin of this word; null for any other text.</summary>
    public static AnswerOrigin? Parse(string? word) =>
        Enum.GetValues<AnswerOrigin>().Cast<AnswerOrigin?>().FirstOrDefault(origin => origin!.Value.Word() == word);
}
