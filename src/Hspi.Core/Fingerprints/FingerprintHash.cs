using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hspi.Fingerprints;

/// <summary>Hashes answers step by step, in the order given.</summary>
public sealed class FingerprintHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _steps;

    /// <summary>Takes one step.</summary>
    /// <param name="probeHash">Content hash of the probe.</param>
    /// <param name="sample">Repetition, from 0.</param>
    /// <param name="step">Step of the answer, from 0.</param>
    /// <param name="tokenId">The chosen token; null where it is not shown.</param>
    /// <param name="logitBits">Bits of the logits, in the order they are kept.</param>
    /// <param name="texts">Tokens and logprobs as text, where the answer was text.</param>
    public void Add(string probeHash, int sample, int step, int? tokenId, IReadOnlyList<int> logitBits, IReadOnlyList<string> texts)
    {
        _steps++;
        Add(probeHash);
        // Each list begins with its length, so that no two different steps give the same bytes.
        Span<byte> numbers = stackalloc byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, sample);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], step);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[8..], tokenId ?? -1);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[12..], logitBits.Count);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[16..], texts.Count);
        _hash.AppendData(numbers);
        var bits = new byte[4 * logitBits.Count];
        for (var i = 0; i < logitBits.Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bits.AsSpan(4 * i), logitBits[i]);
        }

        _hash.AppendData(bits);
        foreach (var text in texts)
        {
            Add(text);
        }
    }

    /// <summary>The fingerprint of all steps so far; afterwards the hash is empty again.</summary>
    public Fingerprint Finish()
    {
        var result = new Fingerprint(Convert.ToHexStringLower(_hash.GetHashAndReset()), _steps);
        _steps = 0;
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Add(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _hash.AppendData(length);
        _hash.AppendData(bytes);
    }
}
