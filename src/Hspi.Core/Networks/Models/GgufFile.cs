using System.Text;

namespace Hspi.Networks.Models;

/// <summary>A GGUF file: llama.cpp's format of weights, settings and tokenizer in one file.</summary>
/// <remarks>Versions 2 and 3, little-endian. Source: the GGUF specification of ggml. Weights stay in the file until they are read.</remarks>
public sealed class GgufFile
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const int MostEntries = 1 << 20;
    private const int MostNameBytes = 1 << 16;
    private const int MostTextBytes = 1 << 24;
    private const int MostElements = 1 << 24;
    private const int MostDimensions = 4;
    private const int MostDepth = 4;
    private const long UsualAlignment = 32;

    private static readonly Dictionary<uint, WeightFormat> Formats = new()
    {
        [0] = WeightFormat.F32,
        [1] = WeightFormat.F16,
        [2] = WeightFormat.Q4,
        [3] = WeightFormat.Q4Offset,
        [6] = WeightFormat.Q5,
        [7] = WeightFormat.Q5Offset,
        [8] = WeightFormat.Q8,
        [12] = WeightFormat.Q4K,
        [13] = WeightFormat.Q5K,
        [14] = WeightFormat.Q6K,
        [30] = WeightFormat.BF16,
    };

    private readonly string _path;
    private readonly Dictionary<string, object> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredTensor> _tensors = new(StringComparer.Ordinal);

    private GgufFile(string path, Stream stream, Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        _path = path;
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        if (reader.ReadUInt32() != Magic)
        {
            throw Wrong("it does not begin with \"GGUF\"");
        }

        if (reader.ReadUInt32() is var version && version is not (2 or 3))
        {
            throw Wrong($"its version is {version}; 2 and 3 are read");
        }

        var tensors = CountOf(reader.ReadUInt64(), MostEntries, "tensors");
        var settings = CountOf(reader.ReadUInt64(), MostEntries, "settings");
        for (var i = 0; i < settings; i++)
        {
            var key = Text(reader, MostNameBytes);
            if (!_settings.TryAdd(key, Value(reader, reader.ReadUInt32(), MostDepth)))
            {
                throw Wrong($"the setting \"{key}\" stands twice");
            }
        }

        var listed = Enumerable.Range(0, tensors).Select(_ => Listed(reader)).ToList();
        var alignment = (long)Whole("general.alignment", UsualAlignment);
        if (alignment is < 1 or > 1 << 20)
        {
            throw Wrong($"its alignment is {alignment}");
        }

        var data = (stream.Position + alignment - 1) / alignment * alignment;
        foreach (var (name, shape, format, offset) in listed)
        {
            // Sums of unsigned numbers of a stranger can pass every bound.
            var bytes = format.BytesOf(shape.Aggregate(1L, (product, extent) => product * extent));
            if (bytes is not { } length || offset > (ulong)stream.Length || data + (long)offset > stream.Length - length)
            {
                throw Wrong($"the weights \"{name}\" [{string.Join(", ", shape)}] in {format.Name} do not lie in it: the file ends before them, or their rows are no whole blocks. Download it again");
            }

            if (!_tensors.TryAdd(name, new StoredTensor(name, format, shape, handle, path, data + (long)offset)))
            {
                throw Wrong($"the weights \"{name}\" stand twice");
            }
        }
    }

    /// <summary>Weights by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <summary>Whether the file is one of this format, by how it begins.</summary>
    public static bool Is(ReadOnlySpan<byte> start) => start.StartsWith("GGUF"u8);

    /// <summary>Reads everything but the weights.</summary>
    /// <exception cref="HspiException">It cannot be read, or is damaged; the message says where.</exception>
    public static GgufFile Open(string path)
    {
        try
        {
            // The weights are read through this handle for as long as anybody has the model; it closes with the last of them.
            var handle = File.OpenHandle(path);
            using var stream = new BufferedStream(File.OpenRead(path), 1 << 16);
            return new GgufFile(path, stream, handle);
        }
        catch (EndOfStreamException cut)
        {
            throw new HspiException($"{path}: not a whole GGUF file: it ends within its list of settings and weights. Download it again.", cut);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be read: {failed.Message}", failed);
        }
    }

    /// <summary>A setting that is text; null where there is none.</summary>
    public string? Text(string key) => _settings.GetValueOrDefault(key) as string;

    /// <summary>A setting that is a number, or <paramref name="otherwise"/>; of a list, its first number.</summary>
    public double Real(string key, double otherwise) => _settings.GetValueOrDefault(key) switch
    {
        double number => number,
        object[] and [double first, ..] => first,
        _ => otherwise,
    };

    /// <summary>A setting that is a whole number not below 0, or <paramref name="otherwise"/>.</summary>
    /// <exception cref="HspiException">It is a number that is no such.</exception>
    public int Whole(string key, long otherwise) => Real(key, otherwise) is var number && number >= 0 && number <= int.MaxValue && number == Math.Floor(number)
        ? (int)number
        : throw Wrong($"the setting \"{key}\" is {number}");

    /// <summary>A setting that is true or false.</summary>
    public bool Flag(string key, bool otherwise) => _settings.GetValueOrDefault(key) as bool? ?? otherwise;

    /// <summary>A setting that is a list; null where there is none, or another element is in it.</summary>
    public IReadOnlyList<T>? List<T>(string key) =>
        _settings.GetValueOrDefault(key) is object[] list && list.All(element => element is T) ? [.. list.Cast<T>()] : null;

    private (string Name, long[] Shape, WeightFormat Format, ulong Offset) Listed(BinaryReader reader)
    {
        var name = Text(reader, MostNameBytes);
        var dimensions = CountOf(reader.ReadUInt32(), MostDimensions, $"dimensions of \"{name}\"");
        var shape = new long[dimensions];
        var count = 1UL;
        for (var i = dimensions - 1; i >= 0; i--)
        {
            // The file has the innermost extent first.
            var extent = reader.ReadUInt64();
            count = extent is > 0 and <= int.MaxValue ? count * extent : ulong.MaxValue;
            if (count > int.MaxValue)
            {
                throw Wrong($"the weights \"{name}\" have an extent of {extent}, or more than {int.MaxValue} values in all");
            }

            shape[i] = (long)extent;
        }

        var type = reader.ReadUInt32();
        var format = Formats.GetValueOrDefault(type) ?? throw Wrong(
            $"the weights \"{name}\" are of ggml's type {type}, which is not read. Read are {string.Join(", ", WeightFormat.All.Select(one => one.Name))}; convert the file with llama-quantize");
        return (name, shape, format, reader.ReadUInt64());
    }

    // All numbers become double: the whole ones of settings are far below 2^53.
    private object Value(BinaryReader reader, uint type, int depth) => type switch
    {
        0 => (double)reader.ReadByte(),
        1 => (double)reader.ReadSByte(),
        2 => (double)reader.ReadUInt16(),
        3 => (double)reader.ReadInt16(),
        4 => (double)reader.ReadUInt32(),
        5 => (double)reader.ReadInt32(),
        6 => (double)reader.ReadSingle(),
        7 => reader.ReadByte() != 0,
        8 => Text(reader, MostTextBytes),
        9 => Elements(reader, depth),
        10 => (double)reader.ReadUInt64(),
        11 => (double)reader.ReadInt64(),
        12 => reader.ReadDouble(),
        _ => throw Wrong($"a setting is of the type {type}, which there is not"),
    };

    private object[] Elements(BinaryReader reader, int depth)
    {
        var type = reader.ReadUInt32();
        if (depth == 0)
        {
            throw Wrong("lists lie in lists more than four deep");
        }

        var count = CountOf(reader.ReadUInt64(), MostElements, "elements of a list");
        List<object> elements = [];
        for (var i = 0; i < count; i++)
        {
            elements.Add(Value(reader, type, depth - 1));
        }

        return [.. elements];
    }

    private string Text(BinaryReader reader, int most)
    {
        var length = CountOf(reader.ReadUInt64(), most, "bytes of a text");
        var bytes = reader.ReadBytes(length);
        return bytes.Length == length ? Encoding.UTF8.GetString(bytes) : throw new EndOfStreamException();
    }

    private int CountOf(ulong count, int most, string what) => count <= (ulong)most ? (int)count : throw Wrong($"it says that it has {count} {what}; at most {most} are read");

    private HspiException Wrong(string what) => new($"{_path}: not a GGUF file that can be read: {what}.");
}
