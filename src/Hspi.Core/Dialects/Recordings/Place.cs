namespace Hspi.Dialects.Recordings;

/// <summary>Where in a file something lies; made into words only when it is told.</summary>
/// <param name="Outer">What it lies in; null for the file.</param>
/// <param name="Step">The last step: a field, an index, or how a text was unpacked.</param>
internal sealed record Place(Place? Outer, string Step)
{
    /// <summary>The file as a whole.</summary>
    public static Place File { get; } = new(null, "");

    /// <summary>The field <paramref name="name"/> of what lies here.</summary>
    public Place Field(string name) => new(this, name);

    /// <summary>The item at <paramref name="index"/>, from 0.</summary>
    public Place Item(int index) => new(this, $"[{index}]");

    /// <summary>A part that is no field: a line, an entry, what a text unpacks to.</summary>
    public Place Part(string name) => new(this, $" → {name}");

    /// <inheritdoc/>
    public override string ToString()
    {
        var outer = Outer?.ToString() ?? "";
        return Step switch
        {
            [' ', '→', ..] when outer.Length == 0 => Step[3..],
            [' ', '→', ..] or ['[', ..] or "" => outer + Step,
            _ when outer.Length == 0 => Step,
            _ when Outer!.Step.StartsWith(" →", StringComparison.Ordinal) => $"{outer} → {Step}",
            _ => $"{outer}.{Step}",
        };
    }
}
