using Hspi.Networks.Onnx;
using Microsoft.Win32.SafeHandles;

namespace Hspi.Networks.Models;

/// <summary>Weights as they lie in a file: read only when somebody asks for them, and kept by nobody.</summary>
/// <param name="Name">Their name in the file.</param>
/// <param name="Format">How they are stored.</param>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="File">The file, open for reading.</param>
/// <param name="Path">What it is called, for messages.</param>
/// <param name="Offset">Where they begin, in bytes.</param>
public sealed record StoredTensor(string Name, WeightFormat Format, IReadOnlyList<long> Shape, SafeFileHandle File, string Path, long Offset)
{
    /// <summary>Number of values.</summary>
    public int Count => checked((int)Shape.Aggregate(1L, (product, extent) => product * extent));

    /// <summary>Reads all values.</summary>
    /// <exception cref="HspiException">The file ends too early, or cannot be read.</exception>
    public float[] Read()
    {
        var values = new float[Count];
        var stored = new byte[checked((int)Format.BytesOf(Count)!.Value)];
        var read = 0;
        try
        {
            while (read < stored.Length && RandomAccess.Read(File, stored.AsSpan(read), Offset + read) is > 0 and var more)
            {
                read += more;
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{Path}: the weights \"{Name}\" cannot be read: {failed.Message}", failed);
        }

        if (read < stored.Length)
        {
            throw new HspiException($"{Path}: the weights \"{Name}\" end after {read} of {stored.Length} bytes. Download the file again.");
        }

        Format.Read(stored, values);
        return values;
    }

    /// <summary>These weights for a graph, after <paramref name="change"/>, computed anew each time somebody reads them.</summary>
    /// <param name="shape">The shape that the graph wants, with as many values.</param>
    /// <param name="change">From the stored values to those of the graph.</param>
    public OnnxTensor ToTensor(IReadOnlyList<long> shape, Func<float[], float[]> change) =>
        new(OnnxElementType.Float32, shape, ComputedBytes.Of(checked(Count * sizeof(float)), () => change(Read())));
}
