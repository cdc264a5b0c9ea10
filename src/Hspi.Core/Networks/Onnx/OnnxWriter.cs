namespace Hspi.Networks.Onnx;

/// <summary>Writes a model as an ONNX file. The same model gives the same bytes.</summary>
/// <remarks>Field numbers from onnx.proto (IR version 8); they are named beside each call.</remarks>
public static class OnnxWriter
{
    /// <summary>The whole file.</summary>
    public static byte[] Write(OnnxModel model)
    {
        var file = new WireWriter();
        file.Integer(1, model.IrVersion); // ModelProto.ir_version
        file.Text(2, "hspi"); // producer_name
        file.Message(7, graph => WriteGraph(graph, model.Graph)); // graph
        foreach (var (domain, version) in model.OperatorSets.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            file.Message(8, set => // opset_import
            {
                set.Text(1, domain);
                set.Integer(2, version);
            });
        }

        foreach (var (key, value) in model.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            file.Message(14, pair => // metadata_props
            {
                pair.Text(1, key);
                pair.Text(2, value);
            });
        }

        return file.ToArray();
    }

    private static void WriteGraph(WireWriter to, OnnxGraph graph)
    {
        foreach (var node in graph.Nodes)
        {
            to.Message(1, inner => WriteNode(inner, node)); // GraphProto.node
        }

        to.Text(2, graph.Name); // name
        foreach (var (name, tensor) in graph.Initializers.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            to.Message(5, inner => WriteTensor(inner, name, tensor)); // initializer
        }

        foreach (var value in graph.Inputs)
        {
            to.Message(11, inner => WriteValue(inner, value)); // input
        }

        foreach (var value in graph.Outputs)
        {
            to.Message(12, inner => WriteValue(inner, value)); // output
        }
    }

    private static void WriteNode(WireWriter to, OnnxNode node)
    {
        foreach (var input in node.Inputs)
        {
            to.Text(1, input); // NodeProto.input
        }

        foreach (var output in node.Outputs)
        {
            to.Text(2, output); // output
        }

        to.Text(3, node.Name); // name
        to.Text(4, node.OperatorType); // op_type
        foreach (var (name, attribute) in node.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            to.Message(5, inner => WriteAttribute(inner, name, attribute)); // attribute
        }

        to.Text(7, node.Domain); // domain
    }

    private static void WriteAttribute(WireWriter to, string name, OnnxAttribute attribute)
    {
        to.Text(1, name); // AttributeProto.name
        var type = attribute switch
        {
            OnnxAttribute.Real => 1,
            OnnxAttribute.Integer => 2,
            OnnxAttribute.Text => 3,
            OnnxAttribute.Constant => 4,
            OnnxAttribute.Integers => 7,
            _ => throw new ArgumentOutOfRangeException(nameof(attribute), attribute, "An attribute kind without a number."),
        };
        switch (attribute)
        {
            case OnnxAttribute.Real(var value):
                to.Real(2, value); // f
                break;
            case OnnxAttribute.Integer(var value):
                to.Integer(3, value); // i
                break;
            case OnnxAttribute.Text(var value):
                to.Text(4, value); // s
                break;
            case OnnxAttribute.Constant(var value):
                to.Message(5, inner => WriteTensor(inner, "", value)); // t
                break;
            case OnnxAttribute.Integers(var values):
                foreach (var value in values)
                {
                    to.Integer(8, value); // ints
                }

                break;
        }

        to.Integer(20, type); // type
    }

    private static void WriteTensor(WireWriter to, string name, OnnxTensor tensor)
    {
        foreach (var extent in tensor.Shape)
        {
            to.Integer(1, extent); // TensorProto.dims
        }

        to.Integer(2, (long)tensor.Type); // data_type
        to.Text(8, name); // name
        to.Bytes(9, tensor.Data.Span); // raw_data
    }

    private static void WriteValue(WireWriter to, OnnxValue value)
    {
        to.Text(1, value.Name); // ValueInfoProto.name
        to.Message(2, type => type.Message(1, tensor => // type, tensor_type
        {
            tensor.Integer(1, (long)value.Type); // elem_type
            tensor.Message(2, shape => // shape
            {
                foreach (var dimension in value.Shape)
                {
                    shape.Message(1, dim => // dim
                    {
                        if (dimension.Extent is { } extent)
                        {
                            dim.Integer(1, extent); // dim_value
                        }
                        else
                        {
                            dim.Text(2, dimension.Name ?? ""); // dim_param
                        }
                    });
                }
            });
        }));
    }
}
