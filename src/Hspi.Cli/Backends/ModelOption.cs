using System.CommandLine;
using Hspi.Networks;
using Hspi.Networks.Models;

namespace Hspi.Cli.Backends;

/// <summary>The option <c>--model</c> where a model of this machine is meant.</summary>
internal static class ModelOption
{
    /// <summary>Our own decoder, by name.</summary>
    private const string Own = "decoder";

    /// <summary>The option.</summary>
    public static Option<string> Create() => new("--model")
    {
        Description = "The language model: decoder (our own), a GGUF file, or a Hugging Face folder.",
        DefaultValueFactory = _ => Own,
    };

    /// <summary>The networks with this model.</summary>
    /// <param name="model">As given; empty for our own.</param>
    /// <exception cref="HspiException">It cannot be read; the message says why.</exception>
    public static NetworkLibrary Networks(string model) =>
        model is "" or Own ? NetworkLibrary.Default() : NetworkLibrary.Default().With(LanguageModels.Open(model));
}
