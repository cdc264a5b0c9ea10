namespace Hspi.Networks.Onnx;

/// <summary>What must hold in every model before anything runs it, so that no executor has to ask again.</summary>
public static class OnnxCheck
{
    private const long MostElements = 1L << 31;

    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this OnnxElementType type) => type switch
    {
        OnnxElementType.UInt8 or OnnxElementType.Int8 or OnnxElementType.Boolean => 1,
        OnnxElementType.Float16 or OnnxElementType.BFloat16 => 2,
        OnnxElementType.Float32 or OnnxElementType.Int32 => 4,
        OnnxElementType.Int64 or OnnxElementType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "An element type without a size."),
    };

    /// <summary>Product of the extents; null when one is negative or the product passes 2^31.</summary>
    internal static long? CountOf(IEnumerable<long> shape)
    {
        var count = 1L;
        foreach (var extent in shape)
        {
            if (extent < 0 || (count > 0 && extent > MostElements / count))
            {
                return null;
            }

            count *= extent;
        }

        return count;
    }

    /// <summary>Returns <paramref name="model"/> when each value is made once, before its use, and each output is made.</summary>
    internal static OnnxModel Checked(OnnxModel model, string source)
    {
        var known = new HashSet<string>(model.Graph.Initializers.Keys, StringComparer.Ordinal);
        known.UnionWith(model.Graph.Inputs.Select(input => input.Name));
        foreach (var node in model.Graph.Nodes)
        {
            if (node.Inputs.FirstOrDefault(input => input.Length > 0 && !known.Contains(input)) is { } missing)
            {
                throw new HspiException($"{source}: {node.OperatorType} \"{node.Name}\" reads \"{missing}\" before anything made it (a cycle, or a node left out).");
            }

            if (node.Outputs.FirstOrDefault(output => output.Length > 0 && !known.Add(output)) is { } twice)
            {
                throw new HspiException($"{source}: \"{twice}\" is made twice; {node.OperatorType} \"{node.Name}\" makes it again.");
            }
        }

        return model.Graph.Outputs.FirstOrDefault(output => !known.Contains(output.Name)) is { } absent
            ? throw new HspiException($"{source}: nothing makes the output \"{absent.Name}\".")
            : model;
    }
}
