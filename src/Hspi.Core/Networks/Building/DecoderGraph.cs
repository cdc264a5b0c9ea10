using Hspi.Networks.Onnx;
using static Hspi.Networks.Onnx.OnnxAttribute;

namespace Hspi.Networks.Building;

/// <summary>Size of a Llama-style decoder.</summary>
/// <param name="Vocabulary">Number of token ids.</param>
/// <param name="Width">Length of a token's vector; a multiple of <paramref name="Heads"/>.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyHeads">Key and value heads; divides <paramref name="Heads"/>.</param>
/// <param name="Hidden">Length of the feed-forward vector.</param>
/// <param name="Context">Most positions.</param>
public sealed record DecoderSize(int Vocabulary, int Width, int Layers, int Heads, int KeyHeads, int Hidden, int Context)
{
    /// <summary>The committed decoder: 1.0 million parameters.</summary>
    public static DecoderSize Small { get; } = new(768, 128, 4, 4, 2, 384, 256);

    /// <summary>About 100 million parameters, for measurements of speed; its weights are chance.</summary>
    public static DecoderSize HundredMillion { get; } = new(16384, 768, 12, 12, 4, 2048, 512);

    /// <summary>Length of one head's vector.</summary>
    public int HeadWidth => Width / Heads;
}

/// <summary>The Llama architecture as a graph: RMSNorm, rotary positions, grouped-query attention, SwiGLU, and a cache of keys and values.</summary>
/// <remarks>
/// Inputs: <c>token_ids</c> [batch, length], <c>positions</c> [length], <c>mask</c> [length, past + length] (0, or very negative),
/// and per layer i <c>past_key_i</c>, <c>past_value_i</c> [batch, key heads, past, head width]; past may be 0 (prefill).
/// Outputs: <c>logits</c> [batch, length, vocabulary], and the longer caches <c>present_key_i</c>, <c>present_value_i</c>.
/// Sources: Touvron et al., "LLaMA" (arXiv 2302.13971); Su et al., "RoFormer" (2104.09864); Ainslie et al., "GQA" (2305.13245).
/// Nodes of the two attention products are named <c>layer_i/attention/…</c>, which executors may fuse.
/// </remarks>
public static class DecoderGraph
{
    /// <summary>Builds the graph with seeded initial weights.</summary>
    public static OnnxModel Build(DecoderSize size, ulong seed)
    {
        var graph = new GraphBuilder("decoder");
        var weights = new InitialWeights(seed);
        var ids = graph.Input("token_ids", OnnxElementType.Int64, "batch", "length");
        var positions = graph.Input("positions", OnnxElementType.Int64, "length");
        var mask = graph.Input("mask", OnnxElementType.Float32, "length", "total");

        var embedding = graph.Weight("embedding", [size.Vocabulary, size.Width], weights.Normal(size.Vocabulary * size.Width, 0.05));
        var state = graph.Node("Gather", [embedding, ids], ("axis", new Integer(0)));
        var (cos, sin) = Rotations(graph, size, positions);
        for (var layer = 0; layer < size.Layers; layer++)
        {
            state = Attention(graph, weights, size, layer, state, cos, sin, mask);
            state = FeedForward(graph, weights, size, layer, state);
        }

        graph.Scope("head");
        var normal = Norm(graph, state, "head/norm", size.Width);
        var logits = Linear(graph, weights, normal, "head/weight", size.Width, size.Vocabulary);
        graph.Output(logits, "logits", "batch", "length", size.Vocabulary);
        return graph.Build(new Dictionary<string, string>
        {
            ["architecture"] = "llama",
            ["size"] = string.Join(' ', size.Vocabulary, size.Width, size.Layers, size.Heads, size.KeyHeads, size.Hidden, size.Context),
        });
    }

    /// <summary>Reads the size back from the model's metadata.</summary>
    /// <exception cref="HspiException">The model is not a decoder of ours.</exception>
    public static DecoderSize SizeOf(OnnxModel model)
    {
        var numbers = model.Metadata.GetValueOrDefault("size", "").Split(' ')
            .Select(text => int.TryParse(text, out var number) && number > 0 ? number : 0)
            .ToArray();
        return numbers.Length == 7 && !numbers.Contains(0) && numbers[1] % numbers[3] == 0 && numbers[3] % numbers[4] == 0
            ? new DecoderSize(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6])
            : throw new HspiException($"The graph \"{model.Graph.Name}\" holds no decoder size in its metadata. Give a decoder that `hspi networks train` wrote.");
    }

    private static (string Cos, string Sin) Rotations(GraphBuilder graph, DecoderSize size, string positions)
    {
        var half = size.HeadWidth / 2;
        var cos = new float[size.Context * half];
        var sin = new float[size.Context * half];
        for (var position = 0; position < size.Context; position++)
        {
            for (var i = 0; i < half; i++)
            {
                // A table in the file, not a computation in the graph: no runtime's cosine takes part.
                var angle = position * Math.Pow(10000, -2.0 * i / size.HeadWidth);
                cos[(position * half) + i] = (float)Math.Cos(angle);
                sin[(position * half) + i] = (float)Math.Sin(angle);
            }
        }

        string At(string table, float[] values) => graph.Node(
            "Gather", [graph.Weight($"rotary/{table}", [size.Context, half], values), positions], ("axis", new Integer(0)));
        return (At("cos", cos), At("sin", sin));
    }

    private static string Attention(
        GraphBuilder graph, InitialWeights weights, DecoderSize size, int layer, string state, string cos, string sin, string mask)
    {
        graph.Scope($"layer_{layer}");
        var prefix = $"layer_{layer}";
        var normal = Norm(graph, state, $"{prefix}/attention_norm", size.Width);
        var keyWidth = size.KeyHeads * size.HeadWidth;
        var query = Heads(graph, Linear(graph, weights, normal, $"{prefix}/query", size.Width, size.Width), size.Heads, size.HeadWidth);
        var key = Heads(graph, Linear(graph, weights, normal, $"{prefix}/key", size.Width, keyWidth), size.KeyHeads, size.HeadWidth);
        var value = Heads(graph, Linear(graph, weights, normal, $"{prefix}/value", size.Width, keyWidth), size.KeyHeads, size.HeadWidth);
        query = Rotate(graph, query, cos, sin);
        key = Rotate(graph, key, cos, sin);

        key = Extend(graph, key, $"key_{layer}", size);
        value = Extend(graph, value, $"value_{layer}", size);

        // [batch, key heads, group, length, head width] against [batch, key heads, 1, total, head width]
        var group = size.Heads / size.KeyHeads;
        graph.Scope($"layer_{layer}/attention");
        query = graph.Node("Reshape", [query, graph.Integers(0, size.KeyHeads, group, -1, size.HeadWidth)]);
        var keys = graph.Node("Unsqueeze", [graph.Node("Transpose", [key], ("perm", new Integers([0, 1, 3, 2]))), graph.Integers(2)]);
        var scores = graph.Node("MatMul", [query, keys]);
        scores = graph.Node("Mul", [scores, graph.Scalar((float)(1 / Math.Sqrt(size.HeadWidth)))]);
        scores = graph.Node("Add", [scores, mask]);
        var shares = graph.Node("Softmax", [scores], ("axis", new Integer(-1)));
        var mixed = graph.Node("MatMul", [shares, graph.Node("Unsqueeze", [value, graph.Integers(2)])]);
        graph.Scope($"layer_{layer}");
        mixed = graph.Node("Reshape", [mixed, graph.Integers(0, size.Heads, -1, size.HeadWidth)]);
        mixed = graph.Node("Transpose", [mixed], ("perm", new Integers([0, 2, 1, 3])));
        mixed = graph.Node("Reshape", [mixed, graph.Integers(0, 0, size.Width)]);
        return graph.Node("Add", [state, Linear(graph, weights, mixed, $"{prefix}/output", size.Width, size.Width)]);
    }

    private static string FeedForward(GraphBuilder graph, InitialWeights weights, DecoderSize size, int layer, string state)
    {
        var prefix = $"layer_{layer}";
        var normal = Norm(graph, state, $"{prefix}/feed_norm", size.Width);
        var gate = Linear(graph, weights, normal, $"{prefix}/gate", size.Width, size.Hidden);
        var up = Linear(graph, weights, normal, $"{prefix}/up", size.Width, size.Hidden);
        var silu = graph.Node("Mul", [gate, graph.Node("Sigmoid", [gate])]);
        var down = Linear(graph, weights, graph.Node("Mul", [silu, up]), $"{prefix}/down", size.Hidden, size.Width);
        return graph.Node("Add", [state, down]);
    }

    private static string Norm(GraphBuilder graph, string value, string name, int width)
    {
        var square = graph.Node("Mul", [value, value]);
        var mean = graph.Node("ReduceMean", [square], ("axes", new Integers([-1])), ("keepdims", new Integer(1)));
        var root = graph.Node("Sqrt", [graph.Node("Add", [mean, graph.Scalar(1e-5f)])]);
        return graph.Node("Mul", [graph.Node("Div", [value, root]), graph.Weight(name, [width], InitialWeights.Constant(width, 1))]);
    }

    private static string Linear(GraphBuilder graph, InitialWeights weights, string value, string name, int from, int to) =>
        graph.Node("MatMul", [value, graph.Weight(name, [from, to], weights.Normal(from * to, 0.8 / Math.Sqrt(from)))]);

    private static string Heads(GraphBuilder graph, string value, int heads, int width) =>
        graph.Node("Transpose", [graph.Node("Reshape", [value, graph.Integers(0, 0, heads, width)])], ("perm", new Integers([0, 2, 1, 3])));

    // (x1, x2) → (x1·cos − x2·sin, x2·cos + x1·sin), halves as in Hugging Face's Llama.
    private static string Rotate(GraphBuilder graph, string value, string cos, string sin)
    {
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
