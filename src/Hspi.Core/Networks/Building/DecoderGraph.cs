using Hspi.Networks.Onnx;
using static Hspi.Networks.Onnx.OnnxAttribute;

namespace Hspi.Networks.Building;

/// <summary>Decoders of Llama's kind as one graph: RMSNorm, rotary positions, grouped-query attention, gated feed-forward, and a cache of keys and values.</summary>
/// <remarks>
/// Inputs: <c>token_ids</c> [batch, length], <c>positions</c> [length], <c>mask</c> [length, past + length] (0, or very negative),
/// <c>window_mask</c> of the same shape where some layer has a sliding window,
/// and per layer i <c>past_key_i</c>, <c>past_value_i</c> [batch, key heads, past, head width]; past may be 0 (prefill).
/// Outputs: <c>logits</c> [batch, length, vocabulary], and the longer caches <c>present_key_i</c>, <c>present_value_i</c>.
/// Sources: Touvron et al., "LLaMA" (arXiv 2302.13971); Su et al., "RoFormer" (2104.09864); Ainslie et al., "GQA" (2305.13245);
/// for what other families add, see <see cref="DecoderShape"/>.
/// Nodes of the two attention products are named <c>layer_i/attention/…</c>, which executors may fuse.
/// </remarks>
public static class DecoderGraph
{
    /// <summary>The name of the weights behind the last layer, which give the logits.</summary>
    public const string Head = "head/weight";

    /// <summary>The name of the tokens' vectors.</summary>
    public const string Embedding = "embedding";

    private const string SizeKey = "size";
    private const string HeadWidthKey = "head_width";
    private const string WindowKey = "window";

    /// <summary>Builds the graph with seeded initial weights.</summary>
    public static OnnxModel Build(DecoderSize size, ulong seed) => Build(new DecoderShape(size), new ChanceWeights(seed));

    /// <summary>Builds the graph with given weights, which are asked for once each.</summary>
    public static OnnxModel Build(DecoderShape shape, IDecoderWeights weights)
    {
        var graph = new GraphBuilder("decoder");
        var size = shape.Size;
        var ids = graph.Input("token_ids", OnnxElementType.Int64, "batch", "length");
        var positions = graph.Input("positions", OnnxElementType.Int64, "length");
        var mask = graph.Input("mask", OnnxElementType.Float32, "length", "total");
        var windowMask = size.Window > 0 ? graph.Input("window_mask", OnnxElementType.Float32, "length", "total") : mask;

        var state = graph.Node("Gather", [Weight(graph, weights, Embedding, size.Vocabulary, size.Width), ids], ("axis", new Integer(0)));
        if (shape.EmbeddingScale != 1)
        {
            state = graph.Node("Mul", [state, graph.Scalar(shape.EmbeddingScale)]);
        }

        var everywhere = Rotations(graph, shape.Rotary, size, positions, "rotary");
        var nearby = shape.WindowRotary is { } other ? Rotations(graph, other, size, positions, "window_rotary") : everywhere;
        for (var layer = 0; layer < size.Layers; layer++)
        {
            var near = shape.HasWindow(layer);
            state = Attention(graph, weights, shape, layer, state, near ? nearby : everywhere, near ? windowMask : mask);
            state = FeedForward(graph, weights, shape, layer, state);
        }

        graph.Scope("head");
        var normal = Norm(graph, weights, state, "head/norm", size.Width, shape.Epsilon);
        var logits = Capped(graph, Linear(graph, weights, normal, Head, size.Width, size.Vocabulary), shape.LogitCap);
        graph.Output(logits, "logits", "batch", "length", size.Vocabulary);
        return graph.Build(Metadata(size));
    }

    /// <summary>Reads the size back from the model's metadata.</summary>
    /// <exception cref="HspiException">The model is not a decoder of ours.</exception>
    public static DecoderSize SizeOf(OnnxModel model)
    {
        int Number(string text) => int.TryParse(text, out var number) && number > 0 ? number : 0;
        var numbers = model.Metadata.GetValueOrDefault(SizeKey, "").Split(' ').Select(Number).ToArray();
        var headWidth = Number(model.Metadata.GetValueOrDefault(HeadWidthKey, ""));
        return numbers.Length == 7 && !numbers.Contains(0) && (headWidth > 0 || numbers[1] % numbers[3] == 0) && numbers[3] % numbers[4] == 0
            ? new DecoderSize(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6])
            {
                HeadWidth = headWidth > 0 ? headWidth : numbers[1] / numbers[3],
                Window = Number(model.Metadata.GetValueOrDefault(WindowKey, "")),
            }
            : throw new HspiException($"The graph \"{model.Graph.Name}\" holds no decoder size in its metadata. Give a decoder that `hspi networks train` wrote.");
    }

    private static Dictionary<string, string> Metadata(DecoderSize size)
    {
        var metadata = new Dictionary<string, string>
        {
            ["architecture"] = "llama",
            [SizeKey] = string.Join(' ', size.Vocabulary, size.Width, size.Layers, size.Heads, size.KeyHeads, size.Hidden, size.Context),
        };
        if (size.HeadWidth * size.Heads != size.Width)
        {
            metadata[HeadWidthKey] = $"{size.HeadWidth}";
        }

        if (size.Window > 0)
        {
            metadata[WindowKey] = $"{size.Window}";
        }

        return metadata;
    }

    private static (string Cos, string Sin) Rotations(GraphBuilder graph, Rotary rotary, DecoderSize size, string positions, string name)
    {
        var half = size.HeadWidth / 2;
        var cos = new float[size.Context * half];
        var sin = new float[size.Context * half];
        for (var i = 0; i < half; i++)
        {
            var frequency = rotary.Frequency(i, size.HeadWidth);
            for (var position = 0; position < size.Context; position++)
            {
                // A table in the file, not a computation in the graph: no runtime's cosine takes part.
                var angle = position * frequency;
                cos[(position * half) + i] = (float)Math.Cos(angle);
                sin[(position * half) + i] = (float)Math.Sin(angle);
            }
        }

        string At(string table, float[] values) => graph.Node(
            "Gather", [graph.Weight($"{name}/{table}", [size.Context, half], values), positions], ("axis", new Integer(0)));
        return (At("cos", cos), At("sin", sin));
    }

    private static string Attention(
        GraphBuilder graph, IDecoderWeights weights, DecoderShape shape, int layer, string state, (string Cos, string Sin) rotations, string mask)
    {
        var (size, prefix) = (shape.Size, $"layer_{layer}");
        graph.Scope(prefix);
        var normal = Norm(graph, weights, state, $"{prefix}/attention_norm", size.Width, shape.Epsilon);
        string Project(string name, int heads)
        {
            var product = Linear(graph, weights, normal, $"{prefix}/{name}", size.Width, heads * size.HeadWidth);
            return Heads(graph, shape.Biased ? graph.Node("Add", [product, Weight(graph, weights, $"{prefix}/{name}_bias", heads * size.HeadWidth)]) : product, heads, size.HeadWidth);
        }

        var query = Project("query", size.Heads);
        var key = Project("key", size.KeyHeads);
        var value = Project("value", size.KeyHeads);
        if (shape.NormedHeads)
        {
            query = Norm(graph, weights, query, $"{prefix}/query_norm", size.HeadWidth, shape.Epsilon);
            key = Norm(graph, weights, key, $"{prefix}/key_norm", size.HeadWidth, shape.Epsilon);
        }

        query = Rotate(graph, query, rotations);
        key = Rotate(graph, key, rotations);

        key = Extend(graph, key, $"key_{layer}", size);
        value = Extend(graph, value, $"value_{layer}", size);

        // [batch, key heads, group, length, head width] against [batch, key heads, 1, total, head width]
        var group = size.Heads / size.KeyHeads;
        graph.Scope($"layer_{layer}/attention");
        query = graph.Node("Reshape", [query, graph.Integers(0, size.KeyHeads, group, -1, size.HeadWidth)]);
        var keys = graph.Node("Unsqueeze", [graph.Node("Transpose", [key], ("perm", new Integers([0, 1, 3, 2]))), graph.Integers(2)]);
        var scores = graph.Node("MatMul", [query, keys]);
        scores = graph.Node("Mul", [scores, graph.Scalar(shape.QueryScale)]);
        scores = Capped(graph, scores, shape.ScoreCap);
        scores = graph.Node("Add", [scores, mask]);
        var shares = graph.Node("Softmax", [scores], ("axis", new Integer(-1)));
        var mixed = graph.Node("MatMul", [shares, graph.Node("Unsqueeze", [value, graph.Integers(2)])]);
        graph.Scope($"layer_{layer}");
        mixed = graph.Node("Reshape", [mixed, graph.Integers(0, size.Heads, -1, size.HeadWidth)]);
        mixed = graph.Node("Transpose", [mixed], ("perm", new Integers([0, 2, 1, 3])));
        mixed = graph.Node("Reshape", [mixed, graph.Integers(0, 0, size.Heads * size.HeadWidth)]);
        var output = Linear(graph, weights, mixed, $"{prefix}/output", size.Heads * size.HeadWidth, size.Width);
        return graph.Node("Add", [state, shape.NormedOutputs ? Norm(graph, weights, output, $"{prefix}/attention_output_norm", size.Width, shape.Epsilon) : output]);
    }

    private static string FeedForward(GraphBuilder graph, IDecoderWeights weights, DecoderShape shape, int layer, string state)
    {
        var (size, prefix) = (shape.Size, $"layer_{layer}");
        var normal = Norm(graph, weights, state, $"{prefix}/feed_norm", size.Width, shape.Epsilon);
        var gate = Linear(graph, weights, normal, $"{prefix}/gate", size.Width, size.Hidden);
        var up = Linear(graph, weights, normal, $"{prefix}/up", size.Width, size.Hidden);
        var active = shape.Activation == GateActivation.Silu ? graph.Node("Mul", [gate, graph.Node("Sigmoid", [gate])]) : Gelu(graph, gate);
        var down = Linear(graph, weights, graph.Node("Mul", [active, up]), $"{prefix}/down", size.Hidden, size.Width);
        return graph.Node("Add", [state, shape.NormedOutputs ? Norm(graph, weights, down, $"{prefix}/feed_output_norm", size.Width, shape.Epsilon) : down]);
    }

    // x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))): the approximation by the hyperbolic tangent (Hendrycks and Gimpel, arXiv 1606.08415).
    private static string Gelu(GraphBuilder graph, string value)
    {
        var cube = graph.Node("Mul", [graph.Node("Mul", [value, value]), value]);
        var inner = graph.Node("Add", [value, graph.Node("Mul", [cube, graph.Scalar(0.044715f)])]);
        var tanh = graph.Node("Tanh", [graph.Node("Mul", [inner, graph.Scalar((float)Math.Sqrt(2 / Math.PI))])]);
        return graph.Node("Mul", [graph.Node("Mul", [value, graph.Scalar(0.5f)]), graph.Node("Add", [tanh, graph.Scalar(1)])]);
    }

    // cap · tanh(x / cap), where there is a cap.
    private static string Capped(GraphBuilder graph, string value, float cap) => cap == 0
        ? value
        : graph.Node("Mul", [graph.Node("Tanh", [graph.Node("Div", [value, graph.Scalar(cap)])]), graph.Scalar(cap)]);

    private static string Norm(GraphBuilder graph, IDecoderWeights weights, string value, string name, int width, float epsilon)
    {
        var square = graph.Node("Mul", [value, value]);
        var mean = graph.Node("ReduceMean", [square], ("axes", new Integers([-1])), ("keepdims", new Integer(1)));
        var root = graph.Node("Sqrt", [graph.Node("Add", [mean, graph.Scalar(epsilon)])]);
        return graph.Node("Mul", [graph.Node("Div", [value, root]), Weight(graph, weights, name, width)]);
    }

    private static string Linear(GraphBuilder graph, IDecoderWeights weights, string value, string name, int from, int to) =>
        graph.Node("MatMul", [value, Weight(graph, weights, name, from, to)]);

    private static string Weight(GraphBuilder graph, IDecoderWeights weights, string name, params ReadOnlySpan<int> shape)
    {
        long[] extents = [.. shape.ToArray().Select(extent => (long)extent)];
        return graph.Weight(name, weights.Get(name, extents));
    }

    private static string Heads(GraphBuilder graph, string value, int heads, int width) =>
        graph.Node("Transpose", [graph.Node("Reshape", [value, graph.Integers(0, 0, heads, width)])], ("perm", new Integers([0, 2, 1, 3])));

    // (x1, x2) → (x1·cos − x2·sin, x2·cos + x1·sin), halves as in Hugging Face's Llama.
    private static string Rotate(GraphBuilder graph, string value, (string Cos, string Sin) rotations)
    {
        var (cos, sin) = rotations;
        var halves = graph.Nodes("Split", 2, [value], ("axis", new Integer(-1)));
        var first = graph.Node("Sub", [graph.Node("Mul", [halves[0], cos]), graph.Node("Mul", [halves[1], sin])]);
        var second = graph.Node("Add", [graph.Node("Mul", [halves[1], cos]), graph.Node("Mul", [halves[0], sin])]);
        return graph.Node("Concat", [first, second], ("axis", new Integer(-1)));
    }

    private static string Extend(GraphBuilder graph, string value, string name, DecoderSize size)
    {
        var past = graph.Input($"past_{name}", OnnxElementType.Float32, "batch", size.KeyHeads, "past", size.HeadWidth);
        var whole = graph.Node("Concat", [past, value], ("axis", new Integer(2)));
        graph.Output(whole, $"present_{name}", "batch", size.KeyHeads, "total", size.HeadWidth);
        return whole;
    }
}
