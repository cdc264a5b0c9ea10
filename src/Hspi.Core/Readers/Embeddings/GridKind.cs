namespace Hspi.Readers.Embeddings;

/// <summary>On what the numbers of embeddings lie: what was left of the format in which the model computed them.</summary>
public enum GridKind
{
    /// <summary>Nothing is known beyond doubt.</summary>
    Unknown,

    /// <summary>On no grid: float32, or a mean over so many positions that theirs is gone.</summary>
    Continuous,

    /// <summary>8 significant bits.</summary>
    Bf16,

    /// <summary>11 significant bits.</summary>
    Fp16,

    /// <summary>4 or 3 significant bits: E4M3, E5M2.</summary>
    Fp8,

    /// <summary>Whole multiples, at most 128, of one step.</summary>
    Int8,

    /// <summary>Whole multiples, more than 128, of one step; no number format of a model.</summary>
    FixedPoint,
}

/// <summary>The text form of <see cref="GridKind"/>.</summary>
public static class GridKindText
{
    /// <summary>The word in files and reports, such as <c>bf16</c>.</summary>
    public static string Word(this GridKind kind) => kind switch
    {
        GridKind.Unknown => "unknown",
        GridKind.Continuous => "fp32-or-pooled",
        GridKind.Bf16 => "bf16",
        GridKind.Fp16 => "fp16",
        GridKind.Fp8 => "fp8",
        GridKind.Int8 => "int8",
        GridKind.FixedPoint => "fixed-point",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A grid without a word."),
    };
}
