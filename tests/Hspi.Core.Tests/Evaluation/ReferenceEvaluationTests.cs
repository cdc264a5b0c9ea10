using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Evaluation;
using Hspi.Networks.Text;
using Hspi.Probes;
using Hspi.Readers.References;
using Hspi.Tests;

namespace Hspi.Core.Tests.Evaluation;

/// <summary>On the committed dataset: 24 platforms that ran here and 40 emulated ones, five seeds of prompts.</summary>
[Trait("speed", "slow")]
public sealed class ReferenceEvaluationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Six_decimals_name_every_enrolled_class_and_no_other(ulong seed)
    {
        var token = TestContext.Current.CancellationToken;
        var data = await DatasetFile.ReadAsync(Repository.PathOf("datasets/reference.parquet"), token);
        var file = Repository.PathOf("trained/networks/tokenizer.json");
        var tokenizer = Tokenizer.Parse(await File.ReadAllTextAsync(file, token), file);
        var prompts = new ProbeLibrary(Repository.PathOf("probes")).Make("random-words", seed, 8).Probes.Cast<PromptProbe>();
        // Three prompts keep the test short; `hspi evaluate --reference` takes all eight.
        var references = ReferenceSet.Of(data.Where(row => row.Seed == seed), prompts, tokenizer, most: 3);

        var score = ReferenceEvaluation.Of(references, decimals: 6);

        Assert.InRange(score.Classes, 45, 64);
        Assert.Equal((score.Classes, 0), (score.Right, score.Wrong));
        Assert.Equal(0, score.FalseNames);
    }
}
