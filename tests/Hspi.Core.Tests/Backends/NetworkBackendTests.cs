using Hspi.Answers;
using Hspi.Backends;
using Hspi.Networks;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Core.Tests.Backends;

public sealed class NetworkBackendTests
{
    private static readonly NetworkLibrary Networks = NetworkLibrary.Default();

    [Fact]
    public async Task A_prompt_is_read_once_and_continued_greedily_token_by_token()
    {
        var runtime = new FakeSession();
        await using var backend = Backend(runtime, batch: 0);

        var answer = await backend.AskAsync(new PromptProbe("p", 1, "The cat", 3), TestContext.Current.CancellationToken);

        // The fake's best token is its last input plus one; the prompt is begin, " The" or "The", " cat".
        int[] prompt = [.. Networks.Tokenizer.EncodePrompt("The cat")];
        var last = prompt[^1];
        var steps = Assert.IsType<Answer.Measured>(answer).Steps;
        Assert.Equal([last + 1, last + 2, last + 3], steps.Select(step => step.TokenId!.Value));
        Assert.Equal(Networks.Tokenizer.NameOf(last + 1), steps[0].Token);
        Assert.Equal([.. prompt, last + 1, last + 2], runtime.Read);
        Assert.Equal([prompt.Length, 1, 1], runtime.Lengths);
        Assert.Equal(Enumerable.Range(0, prompt.Length + 2).Select(position => (long)position), runtime.Positions);
        Assert.All(steps, step => Assert.Equal(Networks.Tokenizer.Vocabulary, step.Logits.Length));
    }

    [Fact]
    public async Task A_scored_prompt_stands_before_the_new_tokens_each_token_under_the_logits_that_were_before_it()
    {
        await using var backend = Backend(new FakeSession(), batch: 0);

        var answer = await backend.AskAsync(new PromptProbe("p", 1, "The cat", 2) { ScorePrompt = true }, TestContext.Current.CancellationToken);

        int[] prompt = [.. Networks.Tokenizer.EncodePrompt("The cat")];
        var steps = Assert.IsType<Answer.Measured>(answer).Steps;
        Assert.Equal([.. prompt[1..], prompt[^1] + 1, prompt[^1] + 2], steps.Select(step => step.TokenId!.Value));
        // The fake's best token is its last input plus one.
        Assert.Equal([.. prompt.Select(token => token + 1), prompt[^1] + 2], steps.Select(step => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(step.Logits.Span)));
    }

    [Fact]
    public async Task A_batch_holds_copies_and_answers_with_the_first_row()
    {
        var runtime = new FakeSession();
        await using var backend = Backend(runtime, batch: 3);

        var answer = await backend.AskAsync(new PromptProbe("p", 1, "a", 1), TestContext.Current.CancellationToken);

        Assert.Equal(3, runtime.Batch);
        Assert.Single(Assert.IsType<Answer.Measured>(answer).Steps);
    }

    [Fact]
    public async Task A_prompt_beyond_the_context_is_refused()
    {
        await using var backend = Backend(new FakeSession(), batch: 1);

        var error = await Assert.ThrowsAsync<HspiException>(async () =>
            await backend.AskAsync(new PromptProbe("long", 1, string.Concat(Enumerable.Repeat("#", 300)), 1), TestContext.Current.CancellationToken));

        Assert.Contains("long", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_arrives_divided_by_255()
    {
        var runtime = new FakeSession();
        await using var backend = Backend(runtime, batch: 2);
        var pixels = new byte[3 * 32 * 32];
        pixels[1] = 51;

        var answer = await backend.AskAsync(new ImageProbe("i", 1, 32, 32, pixels), TestContext.Current.CancellationToken);

        Assert.Equal(0.2f, runtime.Image[1]);
        Assert.Equal(2 * pixels.Length, runtime.Image.Length);
        Assert.Equal(7, Assert.IsType<Answer.Measured>(answer).Steps[0].TokenId);
    }

    [Fact]
    public async Task A_product_is_that_of_the_seeded_matrices()
    {
        await using var backend = Backend(new FakeSession(), batch: 1);
        var chance = new SeededNormal(5);
        var first = (float)chance.NextNormal();

        var answer = await backend.AskAsync(new MatmulProbe("m", 1, 1, 2, 1, 5), TestContext.Current.CancellationToken);

        var expected = new[] { first * (float)chance.NextNormal(), first * (float)chance.NextNormal() };
        Assert.Equal(expected, Assert.IsType<Answer.Measured>(answer).Steps[0].Logits.ToArray());
    }

    private static NetworkBackend Backend(FakeSession runtime, int batch) => new(new Platform { Engine = "fake", Batch = batch }, _ => runtime, Networks);

    /// <summary>Answers for all three graphs, and remembers what it was given.</summary>
    private sealed class FakeSession : INetworkSession
    {
        public List<int> Read { get; } = [];

        public List<int> Lengths { get; } = [];

        public List<long> Positions { get; } = [];

        public float[] Image { get; private set; } = [];

        public int Batch { get; private set; }

        public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
        {
            if (inputs.TryGetValue("image", out var image))
            {
                Image = ((Tensor.Float)image).Values.ToArray();
                return One("logits", new Tensor.Float([image.Shape[0], 10], Enumerable.Range(0, 10 * image.Shape[0]).Select(i => i == 7 ? 1f : 0).ToArray()));
            }

            if (inputs.TryGetValue("a", out var a))
            {
                var (left, right) = (((Tensor.Float)a).Values.ToArray(), ((Tensor.Float)inputs["b"]).Values.ToArray());
                return One("d", new Tensor.Float([1, right.Length], right.Select(value => left[0] * value).ToArray()));
            }

            return Decode(inputs);
        }

        public void Dispose()
        {
        }

        private Dictionary<string, Tensor> Decode(IReadOnlyDictionary<string, Tensor> inputs)
        {
            var ids = (Tensor.Integer)inputs["token_ids"];
            Batch = ids.Shape[0];
            var row = ids.Values.Take(ids.Shape[1]).Select(id => (int)id).ToArray();
            Read.AddRange(row);
            Lengths.Add(row.Length);
            Positions.AddRange(((Tensor.Integer)inputs["positions"]).Values);
            var vocabulary = Networks.Tokenizer.Vocabulary;
            var logits = new float[ids.Values.Length * vocabulary];
            for (var i = 0; i < ids.Values.Length; i++)
            {
                logits[(i * vocabulary) + (int)ids.Values[i] + 1] = 1;
            }

            var outputs = One("logits", new Tensor.Float([Batch, row.Length, vocabulary], logits));
            foreach (var (name, cache) in inputs.Where(input => input.Key.StartsWith("past_", StringComparison.Ordinal)))
            {
                outputs["present" + name[4..]] = cache;
            }

            return outputs;
        }

        private static Dictionary<string, Tensor> One(string name, Tensor tensor) => new() { [name] = tensor };
    }
}
