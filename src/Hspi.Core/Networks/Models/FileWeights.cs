using System.Globalization;
using Hspi.Networks.Building;
using Hspi.Networks.Onnx;

namespace Hspi.Networks.Models;

/// <summary>A decoder's weights out of a file or folder, found by the names that the format gives them.</summary>
/// <param name="source">The file or folder, for messages.</param>
/// <param name="tensors">What it holds.</param>
/// <param name="names">From the parts of a name of <see cref="DecoderGraph"/> (<c>query</c>, <c>head/norm</c>) to the file's, with <c>{0}</c> for the layer.</param>
internal sealed class FileWeights(string source, IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> names) : IDecoderWeights
{
    private const string LayerPrefix = "layer_";

    private readonly Dictionary<string, WeightFormat> _stored = new(StringComparer.Ordinal);

    /// <summary>Added to every norm's weights: Gemma's files keep what they differ by from 1.</summary>
    public float NormOffset { get; init; }

    /// <summary>Heads whose rows lie in pairs (0, 1), (2, 3), … as llama.cpp turns them, by the part of the name; they are put into halves.</summary>
    public IReadOnlyDictionary<string, int> PairedHeads { get; init; } = new Dictionary<string, int>();

    /// <summary>How what was asked for and is multiplied is stored, by the graph's name.</summary>
    public IReadOnlyDictionary<string, WeightFormat> Stored => _stored;

    /// <inheritdoc/>
    public OnnxTensor Get(string name, IReadOnlyList<long> shape)
    {
        var (part, layer) = Parts(name);
        var found = Find(part, layer);
        var isVector = shape.Count == 1;
        var isEmbedding = part == DecoderGraph.Embedding;
        // Files keep what is multiplied as [to, from].
        var expected = isVector || isEmbedding ? shape : [.. shape.Reverse()];
        if (!found.Shape.SequenceEqual(expected))
        {
            throw new HspiException($"{source}: the weights \"{found.Name}\" are [{string.Join(", ", found.Shape)}], and its settings say [{string.Join(", ", expected)}]. Its settings and its weights are of different models.");
        }

        if (isVector)
        {
            return found.ToTensor(shape, part.EndsWith("norm", StringComparison.Ordinal) ? Offset : part.EndsWith("bias", StringComparison.Ordinal) ? values => Unpaired(part[..^"_bias".Length], values, 1) : values => values);
        }

        _stored[name] = found.Format;
        var (rows, columns) = ((int)expected[0], (int)expected[1]);
        return found.ToTensor(shape, isEmbedding ? values => values : values => Turned(Unpaired(part, values, columns), rows, columns));
    }

    private static (string Part, int Layer) Parts(string name)
    {
        if (!name.StartsWith(LayerPrefix, StringComparison.Ordinal))
        {
            return (name, 0);
        }

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return (name[(slash + 1)..], int.Parse(name.AsSpan(LayerPrefix.Length, slash - LayerPrefix.Length), CultureInfo.InvariantCulture));
    }

    private StoredTensor Find(string part, int layer)
    {
        var wanted = string.Format(CultureInfo.InvariantCulture, names[part], layer);
        // Many models have no head of their own: the tokens' vectors are it.
        return tensors.GetValueOrDefault(wanted)
            ?? (part == DecoderGraph.Head ? tensors.GetValueOrDefault(names[DecoderGraph.Embedding]) : null)
            ?? throw new HspiException($"{source}: the weights \"{wanted}\" are missing. Download it whole, or name a model of a family that is read.");
    }

    private float[] Offset(float[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] += NormOffset;
        }

        return values;
    }

    // Within a head, row 2i + h becomes row h · half + i.
    private float[] Unpaired(string part, float[] values, int columns)
    {
        if (!PairedHeads.TryGetValue(part, out var heads))
        {
            return values;
        }

        var result = new float[values.Length];
        var width = values.Length / columns / heads;
        for (var row = 0; row < values.Length / columns; row++)
        {
            var (head, within) = Math.DivRem(row, width);
            var to = (head * width) + (within % 2 * (width / 2)) + (within / 2);
            values.AsSpan(row * columns, columns).CopyTo(result.AsSpan(to * columns));
        }

        return result;
    }

    private static float[] Turned(float[] values, int rows, int columns)
    {
        var result = new float[values.Length];
        // In tiles, because a column of a large matrix is one cache line per element.
        const int Tile = 32;
        for (var firstRow = 0; firstRow < rows; firstRow += Tile)
        {
            for (var firstColumn = 0; firstColumn < columns; firstColumn += Tile)
            {
                for (var row = firstRow; row < Math.Min(rows, firstRow + Tile); row++)
                {
                    for (var column = firstColumn; column < Math.Min(columns, firstColumn + Tile); column++)
                    {
                        result[(column * rows) + row] = values[(row * columns) + column];
                    }
                }
            }
        }

        return result;
    }
}
