using Hspi.Networks;
using Hspi.Networks.Building;

namespace Hspi.Backends;

/// <summary>One text being continued by the decoder network: its cache, and the logits of whatever is added.</summary>
/// <remarks>The first call is the prefill, each further one a decode step: engines compute the two in different kernels.</remarks>
/// <param name="network">The decoder graph under some runtime; borrowed, not disposed.</param>
/// <param name="size">The decoder's size.</param>
/// <param name="batch">Copies of the text that are computed together; the first one's logits are given.</param>
public sealed class DecoderSession(INetworkSession network, DecoderSize size, int batch = 1)
{
    /// <summary>Added to the scores of positions that may not be seen; far below every score, and finite in fp16 after conversion by any runtime.</summary>
    private const float Hidden = -1e4f;

    private readonly Dictionary<string, Tensor> _cache = Enumerable.Range(0, size.Layers)
        .SelectMany(layer => (string[])[$"past_key_{layer}", $"past_value_{layer}"])
        .ToDictionary(name => name, Tensor (_) => new Tensor.Float([batch, size.KeyHeads, 0, size.HeadWidth], default), StringComparer.Ordinal);

    /// <summary>Tokens read so far.</summary>
    public int Length { get; private set; }

    /// <summary>Appends <paramref name="tokens"/>, at least one.</summary>
    /// <returns>For each of them the logits of the token that follows it, by token id.</returns>
    public IReadOnlyList<ReadOnlyMemory<float>> Read(IReadOnlyList<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Count);
        var count = tokens.Count;
        var inputs = new Dictionary<string, Tensor>(_cache, StringComparer.Ordinal)
        {
            ["token_ids"] = new Tensor.Integer([batch, count], [.. Enumerable.Repeat(tokens, batch).SelectMany(row => row).Select(token => (long)token)]),
            ["positions"] = new Tensor.Integer([count], [.. Enumerable.Range(Length, count).Select(position => (long)position)]),
            ["mask"] = Mask(count, int.MaxValue),
        };
        if (size.Window > 0)
        {
            inputs["window_mask"] = Mask(count, size.Window);
        }

        var outputs = network.Run(inputs);
        for (var layer = 0; layer < size.Layers; layer++)
        {
            Replace($"past_key_{layer}", outputs[$"present_key_{layer}"]);
            Replace($"past_value_{layer}", outputs[$"present_value_{layer}"]);
        }

        Length += count;
        var logits = (Tensor.Float)outputs["logits"];
        var vocabulary = logits.Values.Length / (batch * count);
        return [.. Enumerable.Range(0, count).Select(row => logits.Values.Slice(row * vocabulary, vocabulary))];
    }

    // The first cache is empty and nobody's result.
    private void Replace(string name, Tensor longer)
    {
        if (Length > 0)
        {
            network.TakeBack(_cache[name]);
        }

        _cache[name] = longer;
    }

    /// <summary>[count, past + count]: each token sees itself and what is before it, <paramref name="window"/> positions in all at most.</summary>
    private Tensor.Float Mask(int count, int window)
    {
        var width = Length + count;
        var mask = new float[count * width];
        for (var row = 0; row < count; row++)
        {
            mask.AsSpan((row * width) + Length + row + 1, count - row - 1).Fill(Hidden);
            mask.AsSpan(row * width, Math.Max(0, Length + row + 1 - window)).Fill(Hidden);
        }

        return new Tensor.Float([count, width], mask);
    }
}
