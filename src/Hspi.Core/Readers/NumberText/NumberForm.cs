namespace Hspi.Readers.NumberText;

/// <summary>Which numbers a server prints, and how: the classes that its texts are sorted into.</summary>
public enum NumberForm
{
    /// <summary>Shortest text of the double that equals a float32: 16 or 17 digits. Python engines, llama.cpp.</summary>
    DoubleOfFloat32,

    /// <summary>Shortest text of a float32: 8 or 9 digits. Rust and C# engines, old OpenAI examples.</summary>
    ShortestFloat32,

    /// <summary>Doubles that are no float32: computed, or averaged, in float64.</summary>
    ShortestDouble,

    /// <summary>Values that float16 holds exactly, in either text.</summary>
    Float16Values,

    /// <summary>Values that bfloat16 holds exactly, in either text.</summary>
    Bfloat16Values,

    /// <summary>Rounded to a number of decimals.</summary>
    Decimals,

    /// <summary>Rounded to a number of significant digits.</summary>
    SignificantDigits,
}
