namespace Hspi.Readers.Lattice;

/// <summary>The format in which a model's last layer, its head, leaves the logits.</summary>
public enum Head
{
    /// <summary>bfloat16: 8 significant bits.</summary>
    Bf16,

    /// <summary>float16: 11 significant bits; also a float32 that was cut to tf32.</summary>
    Fp16,

    /// <summary>float32, also for sums of tf32 products: no lattice that digits could show.</summary>
    Fp32,

    /// <summary>What was seen does not decide.</summary>
    Unknown,
}

/// <summary>The text form of <see cref="Head"/>.</summary>
public static class HeadText
{
    /// <summary>The three formats that can be told apart.</summary>
    public static IReadOnlyList<Head> Known { get; } = [Head.Bf16, Head.Fp16, Head.Fp32];

    /// <summary>The word in files, reports and likelihoods: <c>bf16</c>, <c>fp16</c>, <c>fp32</c> or <c>unknown</c>.</summary>
    public static string Word(this Head head) => head switch
    {
        Head.Bf16 => "bf16",
        Head.Fp16 => "fp16",
        Head.Fp32 => "fp32",
        Head.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(head), head, "A head without a word."),
    };
}
