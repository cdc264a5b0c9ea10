using Hspi.Networks.Onnx;
using Hspi.Networks.Text;

namespace Hspi.Networks.Models;

/// <summary>A decoder as a value: what it computes, how text becomes its tokens, and which weights it is.</summary>
/// <param name="Name">What its file or folder is called, without an ending.</param>
/// <param name="Graph">Its computation (<see cref="Building.DecoderGraph"/>). Weights of a file are read when a runtime loads them.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Hash">SHA-256 over the contents of its files in lower-case hex, the same wherever they lie.</param>
public sealed record LanguageModel(string Name, OnnxModel Graph, ITextTokenizer Tokenizer, string Hash)
{
    /// <summary>How its file stores what is multiplied, by the name of the weights in the graph; empty where the graph's own types say it.</summary>
    public IReadOnlyDictionary<string, WeightFormat> Stored { get; init; } = new Dictionary<string, WeightFormat>();

    /// <summary>Whether it was read from a file of its owner: its tokenizer does not travel with the program.</summary>
    public bool IsFromFile => Stored.Count > 0;

    /// <summary>What users call the format of its weights, in lower case, such as <c>q4_k_m</c>; empty where nobody said.</summary>
    public string Precision { get; init; } = "";
}
