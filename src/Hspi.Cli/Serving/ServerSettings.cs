using System.Net;

namespace Hspi.Cli.Serving;

/// <summary>What the user decided about a server.</summary>
/// <param name="Address">Where to listen; loopback unless the user said otherwise.</param>
/// <param name="Port">0 takes a free one.</param>
/// <param name="ModelName">Name of the model in every answer.</param>
/// <param name="Fingerprint">Text of <c>system_fingerprint</c> in every answer.</param>
/// <param name="Decimals">Decimals of every printed logprob; null prints the whole number, as Python's servers do.</param>
internal sealed record ServerSettings(IPAddress Address, int Port, string ModelName, string Fingerprint, int? Decimals)
{
    /// <summary>Largest request body in bytes; a prompt that fills the context is far smaller.</summary>
    public const int MostBodyBytes = 1 << 20;

    /// <summary>Requests that may wait for the one that is computed; the next is told to come back later.</summary>
    public const int MostWaiting = 64;
}
