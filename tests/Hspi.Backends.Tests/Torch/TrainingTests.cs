using Hspi.Backends.Torch.Graphs;
using Hspi.Backends.Torch.Loading;
using Hspi.Backends.Torch.Training;
using Hspi.Networks;
using Hspi.Networks.Building;
using Hspi.Networks.Onnx;
using Hspi.Networks.Text;
using Hspi.Tests;

namespace Hspi.Backends.Tests.Torch;

public sealed class TrainingTests
{
    private static readonly TrainingSettings Short = new(Seed: 4, Steps: 6, Rows: 4, Rate: 3e-3, Threads: 1);

    [Fact]
    public void The_same_seed_trains_the_same_file_and_another_seed_another()
    {
        var (first, losses) = Decoder(Short);
        var (again, _) = Decoder(Short);
        var (other, _) = Decoder(Short with { Seed = 5 });

        Assert.Equal(OnnxWriter.Write(first), OnnxWriter.Write(again));
        Assert.NotEqual(OnnxWriter.Write(first), OnnxWriter.Write(other));
        Assert.True(losses[^1] < losses[0], $"The loss did not fall: {string.Join(" ", losses)}");
    }

    [Fact]
    public async Task Sessions_beside_it_move_no_bit_of_a_training()
    {
        SkipWithoutTorch();
        var alone = Classifier();
        using var session = new TorchSession(ClassifierGraph.Build(3), new TorchSettings(OneDnn: false, Threads: 2));
        var image = new Dictionary<string, Tensor> { ["image"] = new Tensor.Float([1, 3, 32, 32], new float[3 * 32 * 32]) };

        var again = await Beside(() => session.Run(image), Classifier);

        Assert.Equal(OnnxWriter.Write(alone), OnnxWriter.Write(again));
    }

    // With TorchSharp's own optimiser and its plain + this fails: they leave to the collector what libtorch still reads (see AdamW).
    [Fact]
    public async Task Garbage_collections_beside_it_move_no_bit_of_a_training()
    {
        var longer = Short with { Steps = 60 };
        var (alone, _) = Decoder(longer);

        var (again, _) = await Beside(Collect, () => Decoder(longer));

        Assert.Equal(OnnxWriter.Write(alone), OnnxWriter.Write(again));

        static void Collect()
        {
            GC.Collect(0);
            GC.WaitForPendingFinalizers();
        }
    }

    [Fact]
    public void Training_leaves_tables_and_constants_as_they_are()
    {
        var before = DecoderGraph.Build(Tiny(Words().Tokenizer()), Short.Seed).Graph.Initializers;
        var after = Decoder(Short).Model.Graph.Initializers;

        var same = before.Where(pair => pair.Value.Data.Span.SequenceEqual(after[pair.Key].Data.Span)).Select(pair => pair.Key);

        Assert.All(same, name => Assert.True(name.StartsWith("rotary/", StringComparison.Ordinal) || name.StartsWith("const/", StringComparison.Ordinal), name));
        Assert.Contains("rotary/cos", same);
    }

    [Fact]
    public void A_cancelled_training_stops()
    {
        SkipWithoutTorch();

        Assert.Throws<OperationCanceledException>(() => ClassifierTraining.Run(Short, new Losses(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_rate_rises_then_falls_to_a_tenth()
    {
        var settings = new TrainingSettings(1, Steps: 200, Rows: 1, Rate: 1, Threads: 1);

        Assert.Equal(0.1, settings.RateAt(0), 9);
        Assert.Equal(1, settings.RateAt(9), 9);
        Assert.Equal(0.55, settings.RateAt(105), 9);
        Assert.Equal(0.1, settings.RateAt(200), 9);
    }

    /// <summary>Does <paramref name="work"/> while another thread repeats <paramref name="other"/>, which ends with it however it ends.</summary>
    private static async Task<T> Beside<T>(Action other, Func<T> work)
    {
        using var done = new CancellationTokenSource();
        var repeated = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                other();
            }
        });
        try
        {
            return work();
        }
        finally
        {
            await done.CancelAsync();
            await repeated;
        }
    }

    private static (OnnxModel Model, List<double> Losses) Decoder(TrainingSettings settings)
    {
        SkipWithoutTorch();
        var tokenizer = Words().Tokenizer();
        var losses = new Losses();
        return (DecoderTraining.Run(Tiny(tokenizer), Words(), tokenizer, settings, losses, TestContext.Current.CancellationToken).Model, losses.All);
    }

    private static OnnxModel Classifier() =>
        ClassifierTraining.Run(Short, new Losses(), TestContext.Current.CancellationToken).Model;

    private static DecoderSize Tiny(Tokenizer tokenizer) => new(tokenizer.Vocabulary, 16, 1, 2, 1, 16, 128);

    private static WordList Words() => WordList.Parse(File.ReadAllText(Path.Combine(Repository.Root, "probes/words.txt")), "words.txt");

    private static void SkipWithoutTorch() => Assert.SkipWhen(TorchLoader.Unavailable() is not null, TorchLoader.Unavailable() ?? "");

    private sealed class Losses : IProgress<TrainingStep>
    {
        public List<double> All { get; } = [];

        public void Report(TrainingStep value) => All.Add(value.Loss);
    }
}
