using Hspi.Backends;
using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Onnx;
using Hspi.Probes;

namespace Hspi.Core.Tests.Networks.Interpreter;

public sealed class DecoderGraphTests
{
    private static readonly DecoderSize Tiny = new(32, 16, 2, 4, 2, 24, 16);

    [Theory]
    [InlineData(ElementFormat.Float32)]
    [InlineData(ElementFormat.BFloat16)]
    public void One_token_at_a_time_gives_the_bits_of_all_at_once(ElementFormat elements)
    {
        // Each output is a chain of its own in this arithmetic, so neither cache nor batch may change a bit.
        using var network = Load(elements);
        int[] text = [3, 1, 4, 1, 5, 9, 2, 6];

        var whole = Session(network, 1).Read(text);
        var stepped = Session(network, 1);
        var pairs = Session(network, 2);
        for (var i = 0; i < text.Length; i++)
        {
            var one = stepped.Read([text[i]])[0];
            Assert.Equal(whole[i].ToArray(), one.ToArray());
            Assert.Equal(one.ToArray(), pairs.Read([text[i]])[0].ToArray());
        }
    }

    [Fact]
    public void A_session_can_be_used_again_and_again()
    {
        using var network = Load(ElementFormat.Float32);

        var first = Session(network, 1).Read([7, 8, 9])[^1].ToArray();
        Session(network, 1).Read([1, 2, 3, 4, 5]);

        Assert.Equal(first, Session(network, 1).Read([7, 8, 9])[^1].ToArray());
        Assert.All(first, logit => Assert.True(float.IsFinite(logit)));
        Assert.True(first.Distinct().Count() > 20);
    }

    [Fact]
    public void A_token_that_there_is_not_is_an_error_that_says_so()
    {
        using var network = Load(ElementFormat.Float32);

        var error = Assert.Throws<HspiException>(() => Session(network, 1).Read([32]));

        Assert.Contains("element 32 of an axis of 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_classifier_runs_any_batch_with_the_same_bits()
    {
        using var network = new GraphSession(ClassifierGraph.Build(seed: 3), Precision.Sequential);
        float[] image = [.. Enumerable.Range(0, 3 * 32 * 32).Select(i => i * 37 % 256 / 255f)];

        var one = Logits(network, 1, image);
        var two = Logits(network, 2, [.. image, .. image]);

        Assert.Equal(10, one.Length);
        Assert.Equal((float[])[.. one, .. one], two);
    }

    [Fact]
    public void A_damaged_graph_runs_or_says_what_is_wrong()
    {
        var written = OnnxWriter.Write(DecoderGraph.Build(Tiny with { Layers = 1 }, seed: 1));
        var chance = new SeededNormal(8);
        var ran = 0;
        for (var i = 0; i < 600; i++)
        {
            var damaged = written.ToArray();
            damaged[chance.Next(damaged.Length)] ^= (byte)(1 << chance.Next(8));
            try
            {
                using var network = new GraphSession(OnnxReader.Read(damaged, "damaged.onnx"), Precision.Sequential);
                new DecoderSession(network, Tiny with { Layers = 1 }).Read([1, 2]);
                ran++;
            }
            catch (Exception refused) when (refused is HspiException or ArgumentException or KeyNotFoundException)
            {
                // A renamed input or output is the caller's to notice: the graph has other names than the session gives.
                Assert.False(refused is ArgumentOutOfRangeException, refused.ToString());
            }
        }

        Assert.InRange(ran, 1, 599);
    }

    private static float[] Logits(GraphSession network, int batch, float[] images) =>
        ((Tensor.Float)network.Run(new Dictionary<string, Tensor> { ["image"] = new Tensor.Float([batch, 3, 32, 32], images) })["logits"]).Values.ToArray();

    private static GraphSession Load(ElementFormat elements) =>
        new(DecoderGraph.Build(Tiny, seed: 1), new Precision { Products = new SequentialArithmetic(), Elements = elements });

    private static DecoderSession Session(GraphSession network, int batch) => new(network, Tiny, batch);
}
