using Hspi.Collection;
using Hspi.Datasets;
using Hspi.Evaluation;
using Hspi.Networks.Text;
using Hspi.Probes;
using Hspi.Readers.References;
using Hspi.Tests;

namespace Hspi.Core.Tests.Evaluation;

/// <summary>On the committed dataset, one seed of prompts; `hspi evaluate datasets/reference.parquet --claims` takes all five.</summary>
[Trait("speed", "slow")]
public sealed class ClaimEvaluationTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(5)]
    public async Task No_true_claim_is_accused_whoever_is_not_enrolled_and_lies_are_still_seen(int? decimals)
    {
        var evaluation = new ClaimEvaluation(await ReferencesAsync(), decimals);

        foreach (var hidden in Enum.GetValues<Hidden>())
        {
            var score = evaluation.True(hidden, seed: 1);
            Assert.True(score.Inconsistent == 0, string.Join('\n', score.Examples));
            Assert.True(score.Unknown + score.Consistent > 6000);
        }

        Assert.Equal(0, evaluation.True(Hidden.None, seed: 1).Unknown);
        var lies = evaluation.False("precision");
        Assert.True(lies.Inconsistent > 150 && lies.Accused.Count > 50, $"{lies.Inconsistent} lies seen, of {lies.Accused.Count} platforms");
    }

    private static async Task<ReferenceSet> ReferencesAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var data = await DatasetFile.ReadAsync(Repository.PathOf("datasets/reference.parquet"), token);
        var file = Repository.PathOf("trained/networks/tokenizer.json");
        var tokenizer = Tokenizer.Parse(await File.ReadAllTextAsync(file, token), file);
        var prompts = new ProbeLibrary(Repository.PathOf("probes")).Make("random-words", 1, 8).Probes.Cast<PromptProbe>();
        return ReferenceSet.Of(data.Where(row => row.Seed == 1), prompts, tokenizer, most: 3);
    }
}
