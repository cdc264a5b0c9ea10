namespace Hspi.Core.Tests.Networks.Models;

/// <summary>A decoder written out from the published formulas, in fp64 and without a graph: what a loader is held against.</summary>
/// <remarks>Touvron et al., arXiv 2302.13971; Grattafiori et al., 2407.21783 (stretched frequencies); Gemma 2, 2408.00118; Gemma 3, 2503.19786; Qwen3, 2505.09388.</remarks>
internal sealed class PlainDecoder(ModelFolder model)
{
    private readonly int _width = model.Whole("hidden_size");
    private readonly int _heads = model.Whole("num_attention_heads");
    private readonly int _keys = model.Whole("num_key_value_heads");
    private readonly int _head = model.HeadWidth;

    /// <summary>The logits behind each token.</summary>
    public double[][] Logits(int[] tokens)
    {
        var embedding = model.Weights["model.embed_tokens.weight"].Values;
        var states = tokens.Select(token => Row(embedding, token, _width).Select(value => value * (model.IsGemma ? Math.Sqrt(_width) : 1)).ToArray()).ToArray();
        for (var layer = 0; layer < model.Whole("num_hidden_layers"); layer++)
        {
            var prefix = $"model.layers.{layer}.";
            var mixed = Attention(prefix, layer, [.. states.Select(state => Norm(state, prefix + "input_layernorm.weight"))]);
            for (var at = 0; at < tokens.Length; at++)
            {
                var added = model.IsGemma ? Norm(mixed[at], prefix + "post_attention_layernorm.weight") : mixed[at];
                states[at] = Sum(states[at], added);
                var normal = Norm(states[at], prefix + (model.IsGemma ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight"));
                var fed = FeedForward(prefix, normal);
                states[at] = Sum(states[at], model.IsGemma ? Norm(fed, prefix + "post_feedforward_layernorm.weight") : fed);
            }
        }

        var head = model.Weights.ContainsKey("lm_head.weight") ? "lm_head.weight" : "model.embed_tokens.weight";
        return [.. states.Select(state => Product(head, Norm(state, "model.norm.weight")).Select(logit => Capped(logit, model.Real("final_logit_softcapping", 0))).ToArray())];
    }

    private double[][] Attention(string prefix, int layer, double[][] states)
    {
        var near = IsNear(layer);
        var queries = states.Select((state, at) => Turned(Headed(prefix, "q", state), at, near)).ToArray();
        var keys = states.Select((state, at) => Turned(Headed(prefix, "k", state), at, near)).ToArray();
        var values = states.Select(state => Biased(prefix + "self_attn.v_proj", state)).ToArray();
        var scale = 1 / Math.Sqrt(model.IsGemma ? model.Real("query_pre_attn_scalar", _head) : _head);
        var window = near ? model.Whole("sliding_window") : int.MaxValue;
        return [.. states.Select((_, at) =>
        {
            var mixed = new double[_heads * _head];
            for (var head = 0; head < _heads; head++)
            {
                var shared = head / (_heads / _keys);
                var first = Math.Max(0, at + 1L - window);
                var scores = Enumerable.Range((int)first, at + 1 - (int)first).Select(other => Capped(
                    Enumerable.Range(0, _head).Sum(i => queries[at][(head * _head) + i] * keys[other][(shared * _head) + i]) * scale,
                    model.Real("attn_logit_softcapping", 0))).ToArray();
                var powers = scores.Select(score => Math.Exp(score - scores.Max())).ToArray();
                for (var i = 0; i < _head; i++)
                {
                    mixed[(head * _head) + i] = powers.Select((power, other) => power * values[(int)first + other][(shared * _head) + i]).Sum() / powers.Sum();
                }
            }

            return Product(prefix + "self_attn.o_proj.weight", mixed);
        })];
    }

    private bool IsNear(int layer) => model.Family switch
    {
        "mistral" => model.Config["sliding_window"] is not null,
        "gemma2" => layer % 2 == 0,
        "gemma3_text" => (layer + 1) % 6 != 0,
        _ => false,
    };

    private double[] Headed(string prefix, string name, double[] state)
    {
        var product = Biased($"{prefix}self_attn.{name}_proj", state);
        return !model.NormedHeads ? product : [.. product.Chunk(_head).SelectMany(head => Norm(head, $"{prefix}self_attn.{name}_norm.weight"))];
    }

    private double[] Turned(double[] vector, int position, bool near)
    {
        var result = (double[])vector.Clone();
        for (var start = 0; start < vector.Length; start += _head)
        {
            for (var i = 0; i < _head / 2; i++)
            {
                var angle = position * Frequency(i, near);
                var (x, y) = (vector[start + i], vector[start + i + (_head / 2)]);
                result[start + i] = (x * Math.Cos(angle)) - (y * Math.Sin(angle));
                result[start + i + (_head / 2)] = (y * Math.Cos(angle)) + (x * Math.Sin(angle));
            }
        }

        return result;
    }

    private double Frequency(int pair, bool near)
    {
        var theta = near && model.Family == "gemma3_text" ? model.Real("rope_local_base_freq", 1e4) : model.Real("rope_theta", 1e4);
        var plain = 1 / Math.Pow(theta, 2.0 * pair / _head);
        if (model.Config["rope_scaling"] is not { } scaling || near)
        {
            return plain;
        }

        double Setting(string key) => scaling[key]!.GetValue<double>();
        if (scaling["rope_type"]!.GetValue<string>() == "linear")
        {
            return plain / Setting("factor");
        }

        var length = 2 * Math.PI / plain;
        var (longest, shortest) = (Setting("original_max_position_embeddings") / Setting("low_freq_factor"), Setting("original_max_position_embeddings") / Setting("high_freq_factor"));
        var smooth = ((Setting("original_max_position_embeddings") / length) - Setting("low_freq_factor")) / (Setting("high_freq_factor") - Setting("low_freq_factor"));
        return length < shortest ? plain : length > longest ? plain / Setting("factor") : ((1 - smooth) * plain / Setting("factor")) + (smooth * plain);
    }

    private double[] FeedForward(string prefix, double[] state)
    {
        var gate = Product(prefix + "mlp.gate_proj.weight", state);
        var up = Product(prefix + "mlp.up_proj.weight", state);
        return Product(prefix + "mlp.down_proj.weight", [.. gate.Zip(up, (x, y) => Active(x) * y)]);
    }

    private double Active(double x) => model.IsGemma
        ? 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))
        : x / (1 + Math.Exp(-x));

    private double[] Norm(double[] values, string name)
    {
        var root = Math.Sqrt((values.Sum(value => value * value) / values.Length) + model.Real("rms_norm_eps", 1e-6));
        return [.. values.Select((value, i) => value / root * (model.Weights[name].Values[i] + (model.IsGemma ? 1 : 0)))];
    }

    private double[] Biased(string name, double[] state) =>
        model.Biased ? Sum(Product(name + ".weight", state), [.. model.Weights[name + ".bias"].Values.Select(value => (double)value)]) : Product(name + ".weight", state);

    private double[] Product(string name, double[] state)
    {
        var (shape, values) = model.Weights[name];
        return [.. Enumerable.Range(0, shape[0]).Select(row => Enumerable.Range(0, shape[1]).Sum(column => values[(row * shape[1]) + column] * state[column]))];
    }

    private static double Capped(double value, double cap) => cap == 0 ? value : cap * Math.Tanh(value / cap);

    private static double[] Sum(double[] left, double[] right) => [.. left.Zip(right, (x, y) => x + y)];

    private static IEnumerable<double> Row(float[] values, int row, int width) => values.Skip(row * width).Take(width).Select(value => (double)value);
}
