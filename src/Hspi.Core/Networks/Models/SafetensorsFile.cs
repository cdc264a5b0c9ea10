using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Hspi.Networks.Models;

/// <summary>A safetensors file: a list of weights as JSON, then their numbers.</summary>
/// <remarks>Source: the format's description by Hugging Face: 8 bytes of length, little-endian; the list; the data, offsets from its beginning.</remarks>
internal static class SafetensorsFile
{
    private const long MostHeaderBytes = 100_000_000; // the format's own limit
    private const string MetadataKey = "__metadata__";

    /// <summary>Lists the weights; their numbers stay in the file until they are read.</summary>
    /// <exception cref="HspiException">It is damaged, or holds a type that is not read; the message says where.</exception>
    public static IEnumerable<StoredTensor> Read(string path)
    {
        try
        {
            // The weights are read through this handle for as long as anybody has the model; it closes with the last of them.
            var handle = File.OpenHandle(path);
            var length = RandomAccess.GetLength(handle);
            Span<byte> start = stackalloc byte[8];
            var header = RandomAccess.Read(handle, start, 0) == start.Length ? BinaryPrimitives.ReadUInt64LittleEndian(start) : ulong.MaxValue;
            if (header > MostHeaderBytes || (long)header > length - start.Length)
            {
                throw Wrong(path, "its list of weights does not lie in it; it is cut short, or something else (a pointer of Git LFS)");
            }

            var list = new byte[(int)header];
            for (var read = 0; read < list.Length;)
            {
                read += RandomAccess.Read(handle, list.AsSpan(read), start.Length + read) is > 0 and var more ? more : throw Wrong(path, "it ends within its list of weights");
            }

            using var json = JsonDocument.Parse(list);
            return [.. Listed(json.RootElement, handle, path, start.Length + list.Length, length)];
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be read: {failed.Message}", failed);
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Wrong(path, $"its list of weights is damaged: {damaged.Message}");
        }
    }

    private static IEnumerable<StoredTensor> Listed(JsonElement root, SafeFileHandle handle, string path, long data, long length)
    {
        foreach (var entry in root.EnumerateObject().Where(entry => entry.Name != MetadataKey))
        {
            var type = entry.Value.GetProperty("dtype").GetString();
            var format = type switch
            {
                "F32" => WeightFormat.F32,
                "F16" => WeightFormat.F16,
                "BF16" => WeightFormat.BF16,
                _ => null,
            };
            if (format is null)
            {
                // Buffers that no model needs are often whole numbers.
                continue;
            }

            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64())];
            long[] offsets = [.. entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
            var count = shape.Aggregate(1L, (product, extent) => extent is < 0 or > int.MaxValue || product < 0 || product * extent > int.MaxValue ? -1 : product * extent);
            if (offsets is not [var from, var to] || count < 0 || from < 0 || to > length - data || to - from != format.BytesOf(count))
            {
                throw Wrong(path, $"the weights \"{entry.Name}\" do not lie in it as its list says");
            }

            yield return new StoredTensor(entry.Name, format, shape, handle, path, data + from);
        }
    }

    private static HspiException Wrong(string path, string what) => new($"{path}: not a safetensors file that can be read: {what}. Download it again.");
}
