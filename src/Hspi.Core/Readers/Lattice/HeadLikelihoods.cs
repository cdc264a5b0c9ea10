namespace Hspi.Readers.Lattice;

/// <summary>Log-likelihoods of what was seen, by the precision in which the head's logits were rounded; up to a shared constant.</summary>
/// <param name="Bf16">8 significant bits.</param>
/// <param name="Fp16">11 significant bits: float16, or a float32 that was cut to tf32.</param>
/// <param name="Fp32">No lattice that the digits could show.</param>
public readonly record struct HeadLikelihoods(double Bf16, double Fp16, double Fp32)
{
    /// <summary>Nothing was seen.</summary>
    public static HeadLikelihoods None { get; }

    /// <summary>Probability of each, if all three were equally likely before.</summary>
    public (double Bf16, double Fp16, double Fp32) Posterior()
    {
        var highest = Math.Max(Bf16, Math.Max(Fp16, Fp32));
        var (a, b, c) = (Math.Exp(Bf16 - highest), Math.Exp(Fp16 - highest), Math.Exp(Fp32 - highest));
        var sum = a + b + c;
        return (a / sum, b / sum, c / sum);
    }

    /// <summary>The one with a posterior of at least <paramref name="least"/>; otherwise unknown.</summary>
    public Head Name(double least) => Name(least, least);

    /// <summary>The one whose posterior suffices, where more may be asked of a format with 16 bits than of fp32; otherwise unknown.</summary>
    public Head Name(double least16Bits, double leastFp32)
    {
        var (bf16, fp16, fp32) = Posterior();
        return bf16 >= least16Bits ? Head.Bf16 : fp16 >= least16Bits ? Head.Fp16 : fp32 >= leastFp32 ? Head.Fp32 : Head.Unknown;
    }

    /// <summary>By word, as a <see cref="Reading"/> carries them.</summary>
    public IReadOnlyDictionary<string, double> ByName() =>
        new Dictionary<string, double> { [Head.Bf16.Word()] = Bf16, [Head.Fp16.Word()] = Fp16, [Head.Fp32.Word()] = Fp32 };
}
