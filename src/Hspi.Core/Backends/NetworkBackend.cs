using Hspi.Answers;
using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Onnx;
using Hspi.Platforms;
using Hspi.Probes;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Hspi.Backends;

/// <summary>Answers every kind of probe with the library's networks, under any runtime that can run an ONNX graph.</summary>
/// <remarks>
/// The one place that knows how a probe becomes inputs: runtimes differ only in <paramref name="load"/>. With
/// <see cref="Platform.Batch"/> above 1 the same rows are computed together with copies of themselves; only row 0 is kept.
/// Not safe to share between threads.
/// </remarks>
/// <param name="platform">What it is.</param>
/// <param name="load">Loads a graph into the runtime.</param>
/// <param name="networks">The graphs.</param>
public sealed class NetworkBackend(Platform platform, Func<OnnxModel, INetworkSession> load, NetworkLibrary networks) : IBackend
{
    private INetworkSession? _decoder;
    private INetworkSession? _classifier;
    private INetworkSession? _matmul;

    /// <inheritdoc/>
    public Platform Platform => platform;

    private int Batch => Math.Max(1, platform.Batch);

    /// <inheritdoc/>
    public ValueTask<Answer> AskAsync(Probe probe, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<Answer>(new Answer.Measured(probe, probe switch
        {
            PromptProbe prompt => Continue(prompt, cancellationToken),
            ImageProbe image => [Classify(image)],
            MatmulProbe matmul => [Multiply(matmul)],
            _ => throw new ArgumentOutOfRangeException(nameof(probe), probe, "A probe kind that no network answers."),
        })
        {
            PromptTokens = probe is PromptProbe asked && networks.Language.IsFromFile ? networks.Tokenizer.CountPrompt(asked.Prompt) : null,
        });
    }

    /// <summary>A new text for the decoder under this runtime; the session borrows the loaded graph.</summary>
    public DecoderSession OpenDecoder()
    {
        var size = DecoderGraph.SizeOf(networks.Decoder);
        return new DecoderSession(_decoder ??= load(networks.Decoder), size, Batch);
    }

    /// <summary>Σ a_k · b_k as this runtime adds it inside a product of the given size, every row and column of which is the same.</summary>
    /// <param name="a">K left factors.</param>
    /// <param name="b">K right factors.</param>
    /// <param name="rows">Rows of the product; kernels differ for one row (GEMV) and many.</param>
    /// <param name="columns">Its columns.</param>
    public float Dot(IReadOnlyList<float> a, IReadOnlyList<float> b, int rows, int columns)
    {
        _matmul ??= load(networks.Matmul);
        var left = new float[rows * a.Count];
        var right = new float[b.Count * columns];
        for (var i = 0; i < left.Length; i++)
        {
            left[i] = a[i % a.Count];
        }

        for (var i = 0; i < right.Length; i++)
        {
            right[i] = b[i / columns];
        }

        var outputs = _matmul.Run(new Dictionary<string, Tensor>
        {
            ["a"] = new Tensor.Float([rows, a.Count], left),
            ["b"] = new Tensor.Float([b.Count, columns], right),
        });
        return ((Tensor.Float)outputs["d"]).Values.Span[0];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _decoder?.Dispose();
        _classifier?.Dispose();
        _matmul?.Dispose();
        return ValueTask.CompletedTask;
    }

    private List<Step> Continue(PromptProbe probe, CancellationToken cancellationToken)
    {
        var tokenizer = networks.Tokenizer;
        var prompt = tokenizer.EncodePrompt(probe.Prompt);
        var context = DecoderGraph.SizeOf(networks.Decoder).Context;
        if (prompt.Count + probe.NewTokens > context)
        {
            throw new HspiException($"Probe {probe.Id} needs {prompt.Count + probe.NewTokens} positions; the decoder has {context}. Shorten the prompt.");
        }

        var session = OpenDecoder();
        var rows = session.Read(prompt);
        // What begins a text has nothing before it that could score it.
        List<Step> steps = probe.ScorePrompt ? [.. prompt.Skip(1).Select((token, at) => new Step { TokenId = token, Token = tokenizer.NameOf(token), Logits = rows[at] })] : [];
        var most = steps.Count + probe.NewTokens;
        var logits = rows[^1];
        while (true)
        {
            var token = TensorPrimitives.IndexOfMax(logits.Span);
            steps.Add(new Step { TokenId = token, Token = tokenizer.NameOf(token), Logits = logits });
            if (steps.Count == most || (networks.Language.IsFromFile && tokenizer.Ends(token)))
            {
                return steps;
            }

            cancellationToken.ThrowIfCancellationRequested();
            logits = session.Read([token])[^1];
        }
    }

    private Step Classify(ImageProbe probe)
    {
        _classifier ??= load(networks.Classifier);
        var image = new float[probe.Pixels.Length * Batch];
        for (var i = 0; i < image.Length; i++)
        {
            image[i] = probe.Pixels.Span[i % probe.Pixels.Length] / 255f;
        }

        var outputs = _classifier.Run(new Dictionary<string, Tensor>
        {
            ["image"] = new Tensor.Float([Batch, 3, probe.Height, probe.Width], image),
        });
        var logits = ((Tensor.Float)outputs["logits"]).Values[..ClassifierGraph.Classes];
        return new Step { TokenId = TensorPrimitives.IndexOfMax(logits.Span), Logits = logits };
    }

    private Step Multiply(MatmulProbe probe)
    {
        _matmul ??= load(networks.Matmul);
        var chance = new SeededNormal(probe.Seed);
        var outputs = _matmul.Run(new Dictionary<string, Tensor>
        {
            ["a"] = Normal(ref chance, probe.M, probe.K),
            ["b"] = Normal(ref chance, probe.K, probe.N),
        });
        return new Step { Logits = ((Tensor.Float)outputs["d"]).Values };
    }

    private static Tensor.Float Normal(ref SeededNormal chance, int rows, int columns)
    {
        var values = new float[rows * columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)chance.NextNormal();
        }

        return new Tensor.Float([rows, columns], values);
    }
}
