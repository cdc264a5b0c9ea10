using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hspi.Probes;

/// <summary>A question whose answer depends on how a platform computes.</summary>
/// <param name="Id">Stable name, unique in its set; never reused for a changed question.</param>
/// <param name="Version">Version of the recipe that made it, from 1.</param>
public abstract record Probe(string Id, int Version)
{
    /// <summary>SHA-256 of the whole question in lower-case hex: two probes with equal hashes ask the same.</summary>
    public string ContentHash => Convert.ToHexStringLower(SHA256.HashData(Content()));

    /// <summary>Everything that the answer may depend on, in one unambiguous byte form.</summary>
    protected abstract byte[] Content();

    /// <summary>Encodes a kind, its numbers and its text for <see cref="Content"/>.</summary>
    protected static byte[] Encode(FormattableString text) =>
        Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture));
}

/// <summary>Continue a text greedily, and show the scores of every new token.</summary>
/// <param name="Id"><inheritdoc cref="Probe(string, int)" path="/param[@name='Id']"/></param>
/// <param name="Version"><inheritdoc cref="Probe(string, int)" path="/param[@name='Version']"/></param>
/// <param name="Prompt">The text, exactly as it is sent.</param>
/// <param name="NewTokens">Tokens to generate, from 1.</param>
public sealed record PromptProbe(string Id, int Version, string Prompt, int NewTokens) : Probe(Id, Version)
{
    /// <summary>Whether the tokens of the prompt are scored as well, each after those before it: then the answer's steps begin with them.</summary>
    public bool ScorePrompt { get; init; }

    /// <inheritdoc/>
    protected override byte[] Content() => Encode($"{(ScorePrompt ? "scored " : "")}prompt\n{NewTokens}\n{Prompt}");
}

/// <summary>Classify an 8-bit image, and show all logits.</summary>
/// <param name="Id"><inheritdoc cref="Probe(string, int)" path="/param[@name='Id']"/></param>
/// <param name="Version"><inheritdoc cref="Probe(string, int)" path="/param[@name='Version']"/></param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Pixels">[3, Height, Width] row-major, 0 to 255; the network sees each divided by 255 in fp32.</param>
public sealed record ImageProbe(string Id, int Version, int Height, int Width, ReadOnlyMemory<byte> Pixels) : Probe(Id, Version)
{
    /// <inheritdoc/>
    protected override byte[] Content() => [.. Encode($"image\n{Height} {Width}\n"), .. Pixels.Span];
}

/// <summary>Multiply two matrices of N(0,1) values and show every output bit.</summary>
/// <param name="Id"><inheritdoc cref="Probe(string, int)" path="/param[@name='Id']"/></param>
/// <param name="Version"><inheritdoc cref="Probe(string, int)" path="/param[@name='Version']"/></param>
/// <param name="M">Rows of A and D.</param>
/// <param name="N">Columns of B and D.</param>
/// <param name="K">Columns of A, rows of B: the length of each sum.</param>
/// <param name="Seed">Seed of A, then B, both row-major; see <see cref="SeededNormal"/>.</param>
public sealed record MatmulProbe(string Id, int Version, int M, int N, int K, ulong Seed) : Probe(Id, Version)
{
    /// <inheritdoc/>
    protected override byte[] Content() => Encode($"matmul\n{M} {N} {K} {Seed}");
}
