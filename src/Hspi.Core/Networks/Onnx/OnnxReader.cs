using System.Buffers.Binary;

namespace Hspi.Networks.Onnx;

/// <summary>Reads an ONNX file: any that holds the operators' own weights, ours and others'.</summary>
/// <remarks>Refuses what it would have to guess: weights in other files, sparse tensors, subgraphs, unknown element types.</remarks>
public static class OnnxReader
{
    /// <summary>Reads a whole file.</summary>
    /// <exception cref="HspiException">It cannot be read, or is not an ONNX model that this program handles.</exception>
    public static OnnxModel ReadFile(string path)
    {
        try
        {
            return Read(File.ReadAllBytes(path), path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be read: {failed.Message}", failed);
        }
    }

    /// <summary>Reads a model.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="source">Name of the file, for messages.</param>
    /// <exception cref="HspiException">It is not an ONNX model that this program handles; the message says where.</exception>
    public static OnnxModel Read(ReadOnlySpan<byte> bytes, string source)
    {
        var file = new WireReader(bytes, 0, source);
        OnnxGraph? graph = null;
        long irVersion = 0;
        var sets = new Dictionary<string, long>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (file.Next())
        {
            switch (file.Field)
            {
                case 1:
                    irVersion = file.Integer();
                    break;
                case 7:
                    graph = ReadGraph(file.Message());
                    break;
                case 8:
                    var (domain, version) = ReadOperatorSet(file.Message());
                    sets[domain] = version;
                    break;
                case 14:
                    var (key, value) = ReadPair(file.Message());
                    metadata[key] = value;
                    break;
                default:
                    file.Skip();
                    break;
            }
        }

        return graph is null || irVersion is < 3 or > 13
            ? throw new HspiException($"{source}: not an ONNX model (IR version 3 to 13 with a graph). Give an ONNX file as its exporter wrote it.")
            : OnnxCheck.Checked(new OnnxModel(graph, sets, irVersion, metadata), source);
    }

    private static OnnxGraph ReadGraph(WireReader from)
    {
        var name = "";
        List<OnnxNode> nodes = [];
        List<OnnxValue> inputs = [];
        List<OnnxValue> outputs = [];
        var initializers = new Dictionary<string, OnnxTensor>(StringComparer.Ordinal);
        while (from.Next())
        {
            switch (from.Field)
            {
                case 1:
                    nodes.Add(ReadNode(from.Message()));
                    break;
                case 2:
                    name = from.Text();
                    break;
                case 5:
                    var (initializer, tensor) = ReadTensor(from.Message());
                    initializers[initializer] = tensor;
                    break;
                case 11:
                    inputs.Add(ReadValue(from.Message()));
                    break;
                case 12:
                    outputs.Add(ReadValue(from.Message()));
                    break;
                case 15:
                    throw from.Wrong("holds sparse tensors, which HSPI does not read");
                default:
                    from.Skip();
                    break;
            }
        }

        // Before IR version 4 every initializer was an input as well; what the caller gives is the rest.
        return new OnnxGraph(name, nodes, initializers, [.. inputs.Where(input => !initializers.ContainsKey(input.Name))], outputs);
    }

    private static OnnxNode ReadNode(WireReader from)
    {
        List<string> inputs = [];
        List<string> outputs = [];
        var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
        var (name, type, domain) = ("", "", "");
        while (from.Next())
        {
            switch (from.Field)
            {
                case 1:
                    inputs.Add(from.Text());
                    break;
                case 2:
                    outputs.Add(from.Text());
                    break;
                case 3:
                    name = from.Text();
                    break;
                case 4:
                    type = from.Text();
                    break;
                case 5:
                    var (key, value) = ReadAttribute(from.Message());
                    attributes[key] = value;
                    break;
                case 7:
                    domain = from.Text();
                    break;
                default:
                    from.Skip();
                    break;
            }
        }

        return new OnnxNode(type, inputs, outputs, attributes, name, domain == "ai.onnx" ? "" : domain);
    }

    private static (string Name, OnnxAttribute Value) ReadAttribute(WireReader from)
    {
        var name = "";
        var type = 0L;
        OnnxAttribute? single = null;
        List<long> integers = [];
        while (from.Next())
        {
            switch (from.Field)
            {
                case 1:
                    name = from.Text();
                    break;
                case 2:
                    single = new OnnxAttribute.Real(from.Real());
                    break;
                case 3:
                    single = new OnnxAttribute.Integer(from.Integer());
                    break;
                case 4:
                    single = new OnnxAttribute.Text(from.Text());
                    break;
                case 5:
                    single = new OnnxAttribute.Constant(ReadTensor(from.Message()).Tensor);
                    break;
                case 8:
                    from.AddIntegers(integers);
                    break;
                case 20:
                    type = from.Integer();
                    break;
                case 6 or 11:
                    throw from.Wrong($"of attribute \"{name}\" holds a subgraph, which HSPI does not run");
                case 7 or 9 or 10 or 14 or 15 or 21 or 22 or 23:
                    throw from.Wrong($"of attribute \"{name}\" holds real numbers, texts, tensors, types or a reference, which would be lost when the model is written for a runtime");
                default:
                    from.Skip();
                    break;
            }
        }

        // A value of 0 may be left out of the file; then only the type says which kind it is.
        return (name, single ?? type switch
        {
            1 => new OnnxAttribute.Real(0),
            2 => new OnnxAttribute.Integer(0),
            3 => new OnnxAttribute.Text(""),
            _ => new OnnxAttribute.Integers(integers),
        });
    }

    private static (string Name, OnnxTensor Tensor) ReadTensor(WireReader from)
    {
        var name = "";
        var type = 0L;
        List<long> shape = [];
        List<long> integers = [];
        ReadOnlySpan<byte> raw = [];
        ReadOnlySpan<byte> reals = [];
        while (from.Next())
        {
            switch (from.Field)
            {
                case 1:
                    from.AddIntegers(shape);
                    break;
                case 2:
                    type = from.Integer();
                    break;
                case 4 or 10:
                    reals = from.Bytes(); // float_data, double_data: packed little-endian, the same bytes as raw_data
                    break;
                case 5 or 7:
                    from.AddIntegers(integers); // int32_data, int64_data
                    break;
                case 8:
                    name = from.Text();
                    break;
                case 9:
                    raw = from.Bytes();
                    break;
                case 13: // external_data
                    throw from.Wrong($"of tensor \"{name}\" points to another file. Save the model with its weights inside");
                default:
                    from.Skip();
                    break;
            }
        }

        if (!Enum.IsDefined((OnnxElementType)type))
        {
            throw from.Wrong($"of tensor \"{name}\" has element type {type}, which HSPI does not read");
        }

        var element = (OnnxElementType)type;
        var data = raw.Length > 0 ? raw.ToArray() : reals.Length > 0 ? reals.ToArray() : Pack(integers, element.Bytes());
        var count = OnnxCheck.CountOf(shape);
        return count is null || count * element.Bytes() != data.Length
            ? throw from.Wrong($"of tensor \"{name}\" of shape [{string.Join(", ", shape)}] holds {data.Length} bytes of {element}")
            : (name, new OnnxTensor(element, shape, data));
    }

    // Fields hold every integer, and the bits of 16-bit floats, as numbers of 32 or 64 bits.
    private static byte[] Pack(List<long> values, int bytes)
    {
        var data = new byte[values.Count * bytes];
        Span<byte> eight = stackalloc byte[8];
        for (var i = 0; i < values.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(eight, values[i]);
            eight[..bytes].CopyTo(data.AsSpan(i * bytes));
        }

        return data;
    }

    private static OnnxValue ReadValue(WireReader from)
    {
        var name = "";
        var type = 0L;
        List<OnnxDimension> shape = [];
        while (from.Next())
        {
            if (from.Field == 1)
            {
                name = from.Text();
            }
            else if (from.Field == 2)
            {
                type = ReadTensorType(from.Message(), shape);
            }
            else
            {
                from.Skip();
            }
        }

        return new OnnxValue(name, (OnnxElementType)type, shape);
    }

    private static long ReadTensorType(WireReader from, List<OnnxDimension> shape)
    {
        var type = 0L;
        while (from.Next())
        {
            if (from.Field != 1)
            {
                from.Skip();
                continue;
            }

            for (var tensor = from.Message(); tensor.Next();)
            {
                if (tensor.Field == 1)
                {
                    type = tensor.Integer();
                }
                else if (tensor.Field == 2)
                {
                    ReadShape(tensor.Message(), shape);
                }
                else
                {
                    tensor.Skip();
                }
            }
        }

        return type;
    }

    private static void ReadShape(WireReader from, List<OnnxDimension> shape)
    {
        while (from.Next())
        {
            if (from.Field != 1)
            {
                from.Skip();
                continue;
            }

            var dimension = new OnnxDimension(null, "");
            for (var inner = from.Message(); inner.Next();)
            {
                if (inner.Field == 1)
                {
                    dimension = new OnnxDimension(inner.Integer(), null);
                }
                else if (inner.Field == 2)
                {
                    dimension = new OnnxDimension(null, inner.Text());
                }
                else
                {
                    inner.Skip();
                }
            }

            shape.Add(dimension);
        }
    }

    private static (string Domain, long Version) ReadOperatorSet(WireReader from)
    {
        var (domain, version) = ("", 0L);
        while (from.Next())
        {
            if (from.Field == 1)
            {
                domain = from.Text();
            }
            else if (from.Field == 2)
            {
                version = from.Integer();
            }
            else
            {
                from.Skip();
            }
        }

        return (domain == "ai.onnx" ? "" : domain, version);
    }

    private static (string Key, string Value) ReadPair(WireReader from)
    {
        var (key, value) = ("", "");
        while (from.Next())
        {
            if (from.Field == 1)
            {
                key = from.Text();
            }
            else if (from.Field == 2)
            {
                value = from.Text();
            }
            else
            {
                from.Skip();
            }
        }

        return (key, value);
    }
}
