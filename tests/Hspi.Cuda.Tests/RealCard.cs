using Hspi.Cuda.Cards;

namespace Hspi.Cuda.Tests;

/// <summary>The first card of this machine.</summary>
internal static class RealCard
{
    /// <summary>Opens it; skips the test, and says what is missing, where there is none.</summary>
    public static ICard OpenOrSkip()
    {
        var found = DriverCard.TryOpen(out var card, out var whyNot);
        Assert.SkipUnless(found, $"no card: {whyNot}");
        return card!;
    }

    /// <summary>Why there is none; skips the test where there is one.</summary>
    public static string AbsenceOrSkip()
    {
        var found = DriverCard.TryOpen(out var card, out var whyNot);
        Assert.SkipWhen(found, $"this machine has a card: {card?.Description.Name}");
        return whyNot;
    }
}
