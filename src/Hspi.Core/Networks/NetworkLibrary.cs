using System.Security.Cryptography;
using Hspi.Networks.Building;
using Hspi.Networks.Onnx;
using Hspi.Networks.Text;

namespace Hspi.Networks;

/// <summary>The networks that probes are asked on: decoder, classifier, a bare matrix product, and the tokenizer.</summary>
/// <remarks>Loaded at first use and kept. Their files are committed under <c>trained/networks</c> and lie beside the program after a build.</remarks>
public sealed class NetworkLibrary
{
    private const string FolderVariable = "HSPI_DATA";

    private readonly Lazy<OnnxModel> _decoder;
    private readonly Lazy<OnnxModel> _classifier;
    private readonly Lazy<Tokenizer> _tokenizer;

    /// <param name="folder">Folder that holds <c>trained/networks</c>.</param>
    public NetworkLibrary(string folder)
    {
        Folder = folder;
        _decoder = new(() => OnnxReader.ReadFile(FileOf("decoder.onnx")));
        _classifier = new(() => OnnxReader.ReadFile(FileOf("classifier.onnx")));
        _tokenizer = new(() => Tokenizer.Parse(TextOf("tokenizer.json"), FileOf("tokenizer.json")));
    }

    /// <summary>Where the program's own data lies: <c>HSPI_DATA</c>, or the folder <c>data</c> beside the program.</summary>
    public static string DefaultFolder =>
        Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder ? folder : Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>The folder that this library reads.</summary>
    public string Folder { get; }

    /// <summary>The decoder's graph (<see cref="DecoderGraph"/>).</summary>
    public OnnxModel Decoder => _decoder.Value;

    /// <summary>The image classifier's graph (<see cref="ClassifierGraph"/>).</summary>
    public OnnxModel Classifier => _classifier.Value;

    /// <summary>One matrix product (<see cref="MatmulGraph"/>).</summary>
    public OnnxModel Matmul { get; } = MatmulGraph.Build();

    /// <summary>The decoder's tokenizer.</summary>
    public Tokenizer Tokenizer => _tokenizer.Value;

    /// <summary>SHA-256 of the decoder's file in lower-case hex: answers of different weights must never be compared.</summary>
    public string DecoderHash => Convert.ToHexStringLower(SHA256.HashData(OnnxWriter.Write(Decoder)));

    /// <summary>SHA-256 of the classifier's file in lower-case hex.</summary>
    public string ClassifierHash => Convert.ToHexStringLower(SHA256.HashData(OnnxWriter.Write(Classifier)));

    /// <summary>The library beside the program.</summary>
    public static NetworkLibrary Default() => new(DefaultFolder);

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
