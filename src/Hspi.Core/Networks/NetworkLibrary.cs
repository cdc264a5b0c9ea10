using System.Security.Cryptography;
using Hspi.Networks.Building;
using Hspi.Networks.Models;
using Hspi.Networks.Onnx;
using Hspi.Networks.Text;

namespace Hspi.Networks;

/// <summary>The networks that probes are asked on: decoder, classifier, a bare matrix product, and the tokenizer.</summary>
/// <remarks>Loaded at first use and kept. Their files are committed under <c>trained/networks</c> and lie beside the program after a build.</remarks>
public sealed class NetworkLibrary
{
    private const string FolderVariable = "HSPI_DATA";

    private readonly Lazy<LanguageModel> _language;
    private readonly Lazy<OnnxModel> _classifier;

    /// <param name="folder">Folder that holds <c>trained/networks</c>.</param>
    public NetworkLibrary(string folder)
        : this(folder, null)
    {
    }

    private NetworkLibrary(string folder, Lazy<LanguageModel>? language)
    {
        Folder = folder;
        _language = language ?? new(OwnDecoder);
        _classifier = new(() => OnnxReader.ReadFile(FileOf("classifier.onnx")));
    }

    /// <summary>Where the program's own data lies: <c>HSPI_DATA</c>, or the folder <c>data</c> beside the program.</summary>
    public static string DefaultFolder =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>The folder that this library reads.</summary>
    public string Folder { get; }

    /// <summary>The decoder with its tokenizer: the committed one, or the one that this library was made <see cref="With"/>.</summary>
    public LanguageModel Language => _language.Value;

    /// <summary>The decoder's graph (<see cref="DecoderGraph"/>).</summary>
    public OnnxModel Decoder => Language.Graph;

    /// <summary>The image classifier's graph (<see cref="ClassifierGraph"/>).</summary>
    public OnnxModel Classifier => _classifier.Value;

    /// <summary>One matrix product (<see cref="MatmulGraph"/>).</summary>
    public OnnxModel Matmul { get; } = MatmulGraph.Build();

    /// <summary>The decoder's tokenizer.</summary>
    public ITextTokenizer Tokenizer => Language.Tokenizer;

    /// <summary>The decoder's <see cref="LanguageModel.Hash"/>: answers of different weights must never be compared.</summary>
    public string DecoderHash => Language.Hash;

    /// <summary>SHA-256 of the classifier's file in lower-case hex.</summary>
    public string ClassifierHash => Convert.ToHexStringLower(SHA256.HashData(OnnxWriter.Write(Classifier)));

    /// <summary>The library beside the program.</summary>
    public static NetworkLibrary Default() => new(DefaultFolder);

    /// <summary>The same library with another decoder.</summary>
    public NetworkLibrary With(LanguageModel language) => new(Folder, new Lazy<LanguageModel>(language));

    private LanguageModel OwnDecoder()
    {
        var graph = OnnxReader.ReadFile(FileOf("decoder.onnx"));
        var tokenizer = Text.Tokenizer.Parse(TextOf("tokenizer.json"), FileOf("tokenizer.json"));
        return new LanguageModel("decoder", graph, tokenizer, Convert.ToHexStringLower(SHA256.HashData(OnnxWriter.Write(graph))));
    }

    private string FileOf(string name) => Path.Combine(Folder, "trained", "networks", name);

    private string TextOf(string name)
    {
        try
        {
            return File.ReadAllText(FileOf(name));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{FileOf(name)}: cannot be read: {failed.Message} Build with `make build`, or set {FolderVariable}.", failed);
        }
    }
}
