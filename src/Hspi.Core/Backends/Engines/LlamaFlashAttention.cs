using Hspi.Networks.Interpreter;

namespace Hspi.Backends.Engines;

/// <summary>Flash attention as llama.cpp computes it on a processor with its cache in fp16: position by position, the mixture kept in fp16.</summary>
/// <remarks>
/// For each position that is seen, in ascending order: s = q·k · scale, with q and k in fp16. Where s is the greatest so far, what was mixed is scaled down to it; else
/// the new value is. Every change of the mixture is rounded to fp16, the sum of shares is fp32, and divides the mixture at the end.
/// </remarks>
internal sealed class LlamaFlashAttention : IFusedAttention
{
    /// <inheritdoc/>
    public void Mix(ReadOnlySpan<float> queries, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, ReadOnlySpan<float> mask, float scale, int width, Span<float> mixed)
    {
        var (q, k, v) = (Rounded(queries), Rounded(keys), Rounded(values));
        var total = k.Length / width;
        for (var row = 0; row < q.Length / width; row++)
        {
            Row(q.AsSpan(row * width, width), k, v, mask.Slice(row * total, total), scale, mixed.Slice(row * width, width));
        }
    }

    private static void Row(ReadOnlySpan<float> query, float[] keys, float[] values, ReadOnlySpan<float> mask, float scale, Span<float> mixture)
    {
        mixture.Clear();
        var (most, sum, width) = (float.NegativeInfinity, 0f, query.Length);
        for (var position = 0; position < mask.Length; position++)
        {
            if (mask[position] < 0)
            {
                continue;
            }

            var score = LaneSums.Dot(keys.AsSpan(position * width, width), query) * scale;
            var (old, share) = (1f, 1f);
            if (score > most)
            {
                old = MathF.Exp(most - score);
                most = score;
                Scale(mixture, old);
            }
            else
            {
                share = MathF.Exp(score - most);
            }

            var value = values.AsSpan(position * width, width);
            for (var i = 0; i < width; i++)
            {
                mixture[i] = (float)(Half)MathF.FusedMultiplyAdd(value[i], share, mixture[i]);
            }

            sum = (sum * old) + share;
        }

        var inverse = 1 / sum;
        for (var i = 0; i < width; i++)
        {
            mixture[i] *= inverse;
        }
    }

    private static void Scale(Span<float> mixture, float factor)
    {
        for (var i = 0; i < mixture.Length; i++)
        {
            mixture[i] = (float)(Half)(mixture[i] * factor);
        }
    }

    private static float[] Rounded(ReadOnlySpan<float> values)
    {
        var rounded = values.ToArray();
        ElementFormat.Float16.Round(rounded);
        return rounded;
    }
}
