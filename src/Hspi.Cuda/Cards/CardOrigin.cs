namespace Hspi.Cuda.Cards;

/// <summary>Whether a card answered. Every file of answers says it, so that nothing made up is ever taken for a measurement.</summary>
public static class CardOrigin
{
    /// <summary>A card answered.</summary>
    public const string Measured = "measured";

    /// <summary>Made up by the computed units to try programs and readers; it says nothing of any card.</summary>
    public const string Sample = "generated-sample";
}
