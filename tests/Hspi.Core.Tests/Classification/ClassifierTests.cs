using Hspi.Classification;
using Hspi.Core.Tests.Datasets;
using Hspi.Datasets;
using Hspi.Readers;
using Hspi.Tests;

namespace Hspi.Core.Tests.Classification;

public sealed class ClassifierTests
{
    private readonly string _folder = TestFolder.New();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> FeatureSets => [.. FeatureSet.All.Select(set => set.Name)];

    [Fact]
    public void A_bf16_head_is_told_from_an_fp32_head_on_prompts_never_seen()
    {
        var trained = Train("gaps");

        Assert.Equal(1.0, trained.Card.HeldOut.Accuracy.Value);
        Assert.Equal(["bf16", "fp32"], trained.Model.Labels);
    }

    [Fact]
    public void No_question_is_both_learned_from_and_tested_on()
    {
        var samples = LabelledSamples.From(Data(), Aspect.Precision, FeatureSet.Find("gaps"));

        var (training, held) = samples.Split(seed: 3, share: 0.25);

        Assert.Empty(training.Samples.Select(sample => sample.ProbeHash).Intersect(held.Samples.Select(sample => sample.ProbeHash)));
        Assert.Equal(samples.Samples.Count, training.Samples.Count + held.Samples.Count);
    }

    [Fact]
    public void Equal_platforms_are_learned_as_one_class()
    {
        var samples = LabelledSamples.From(Data(), Aspect.Platform, FeatureSet.Find("zeros"));

        Assert.Equal(["engine=a precision=fp32 (+1 equal)", "engine=b precision=bf16"], samples.Labels);
        // Twelve questions each, not twice as many for the class of two.
        Assert.Equal(24, samples.Samples.Count);
    }

    [Theory]
    [MemberData(nameof(FeatureSets))]
    public void A_feature_set_gives_as_many_numbers_however_much_an_answer_shows(string name)
    {
        var set = FeatureSet.Find(name);

        var counts = from steps in (int[])[0, 1, FeatureSet.Steps + 3]
                     from ranks in (int[])[0, 5, FeatureSet.Ranks + 3]
                     select set.Compute([.. Enumerable.Repeat(Scores(ranks), steps)]).Length;

        Assert.NotEqual(0, Assert.Single(counts.Distinct()));
    }

    [Fact]
    public async Task Training_twice_writes_the_same_bytes()
    {
        await Train("paper").WriteAsync(Path.Combine(_folder, "one"), Token);
        await Train("paper").WriteAsync(Path.Combine(_folder, "two"), Token);

        foreach (var name in (string[])["model.json", "card.json", "confusion.txt"])
        {
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_folder, "one", name), Token), await File.ReadAllBytesAsync(Path.Combine(_folder, "two", name), Token));
        }
    }

    [Fact]
    public async Task A_model_comes_back_and_predicts_the_same()
    {
        var trained = Train("gaps");
        await trained.WriteAsync(Path.Combine(_folder, "m"), Token);

        var back = await ModelFolder.ReadAsync(Path.Combine(_folder, "m"), Token);

        var features = LabelledSamples.From(Data(), Aspect.Precision, FeatureSet.Find("gaps")).Samples[0].Features;
        Assert.Equal(trained.Model.Predict(features), back.Model.Predict(features));
        Assert.Equal(1.0, back.Model.Predict(features).Sum(), 12);
    }

    [Theory]
    [InlineData("model.json", "{")]
    [InlineData("model.json", "null")]
    [InlineData("model.json", "{\"version\":1}")]
    [InlineData("model.json", "{\"version\":9,\"aspect\":\"precision\",\"features\":\"gaps\",\"labels\":[],\"means\":[],\"scales\":[],\"layers\":[]}")]
    [InlineData("model.json", "{\"version\":1,\"aspect\":\"precision\",\"features\":\"gaps\",\"labels\":[\"a\"],\"means\":[],\"scales\":[],\"layers\":[{\"weights\":[[1]],\"biases\":[1]}]}")]
    [InlineData("card.json", "[]")]
    public async Task A_damaged_or_foreign_model_is_refused_by_name(string name, string content)
    {
        await Train("gaps").WriteAsync(Path.Combine(_folder, "m"), Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "m", name), content, Token);

        var wrong = await Assert.ThrowsAsync<HspiException>(() => ModelFolder.ReadAsync(Path.Combine(_folder, "m"), Token));

        Assert.Contains(name, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_of_another_model_is_refused()
    {
        await Train("gaps").WriteAsync(Path.Combine(_folder, "m"), Token);
        await Train("zeros").WriteAsync(Path.Combine(_folder, "n"), Token);
        File.Copy(Path.Combine(_folder, "n", "card.json"), Path.Combine(_folder, "m", "card.json"), overwrite: true);

        var wrong = await Assert.ThrowsAsync<HspiException>(() => ModelFolder.ReadAsync(Path.Combine(_folder, "m"), Token));

        Assert.Contains("another model", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    // Wilson 95 % intervals as in Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_is_the_published_one(int hits, int count, double low, double high)
    {
        var interval = Interval.Wilson(hits, count);

        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void The_interval_of_a_mean_is_196_standard_errors_to_each_side()
    {
        // 2, 4, 6, 8: mean 5, variance 20 / 3, standard error 1.29099.
        var interval = Interval.OfMean([2, 4, 6, 8]);

        Assert.Equal((5, 2.4697, 7.5303), (interval.Value, Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void Scores_of_a_known_table_are_those_of_their_definitions()
    {
        // By hand in Python from the definitions: MCC = (c·s − Σ t·p) / (√(s² − Σp²) · √(s² − Σt²)).
        var confusion = new Confusion(["a", "b", "c"], [[3, 1, 0], [1, 2, 2], [0, 1, 2]]);

        Assert.Equal(7 / 12.0, confusion.Accuracy, 10);
        Assert.Equal(((6 / 8.0) + (4 / 9.0) + (4 / 7.0)) / 3, confusion.MacroF1, 10);
        Assert.Equal(0.3790, confusion.Mcc, 4);
    }

    private static StepScores Scores(int ranks) =>
        new([.. Enumerable.Range(0, ranks).Select(rank => -0.75f * rank)], [.. Enumerable.Range(0, ranks).Select(rank => BitConverter.SingleToInt32Bits(20 - rank))]);

    private static ModelFolder Train(string features)
    {
        var set = FeatureSet.Find(features);
        return ModelFolder.Train("some", new MaximumEntropyTrainer(), set, LabelledSamples.From(Data(), Aspect.Precision, set), new Dictionary<string, string> { ["a"] = SomeRows.Hash }, seed: 1, heldOut: 0.25);
    }

    private static Dataset Data()
    {
        var set = SomeRows.Prompts(count: 12);
        return new Dataset([
            .. SomeRows.Of(SomeRows.Platform("a"), set, noise: 1),
            .. SomeRows.Of(SomeRows.Platform("a", batch: 8), set, noise: 1),
            .. SomeRows.Of(SomeRows.Platform("b", "bf16"), set, noise: 2, round: value => BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(value) + 0x8000) & unchecked((int)0xFFFF0000))),
        ]);
    }
}
