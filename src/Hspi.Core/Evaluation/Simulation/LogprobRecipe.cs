namespace Hspi.Evaluation.Simulation;

/// <summary>The order of float32 operations that turn simulated logits into logprobs.</summary>
public enum LogprobRecipe
{
    /// <summary>(x − max) − ln Σ.</summary>
    MaxThenLog,

    /// <summary>x − (max + ln Σ).</summary>
    LogSumExp,

    /// <summary>ln(exp(x − max) / Σ).</summary>
    LogOfSoftmax,

    /// <summary>All in float64, rounded once at the end.</summary>
    Float64,
}

/// <summary>How simulated logprobs are printed.</summary>
public enum LogprobPrint
{
    /// <summary>Shortest text of the double that equals the float32: 16 or 17 digits.</summary>
    DoubleOfFloat32,

    /// <summary>Shortest text of the float32: 8 or 9 digits.</summary>
    ShortestFloat32,

    /// <summary>Rounded to 6 decimals.</summary>
    SixDecimals,

    /// <summary>Rounded to 4 decimals.</summary>
    FourDecimals,

    /// <summary>Rounded to 4 significant digits.</summary>
    FourDigits,
}

/// <summary>How simulated logits are spread.</summary>
public enum LogitShape
{
    /// <summary>Normal, with a few preferred tokens: what the readers were made with.</summary>
    Normal,

    /// <summary>Laplace's law: the readers were made with it too.</summary>
    Laplace,

    /// <summary>Student's t. Held out.</summary>
    Student,

    /// <summary>A straight line over the logarithm of the rank, uneven, with gaps. Held out.</summary>
    Zipf,
}
