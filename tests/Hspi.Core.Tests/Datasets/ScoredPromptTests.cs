using Hspi.Answers;
using Hspi.Datasets;
using Hspi.Dialects;
using Hspi.Probes;
using Hspi.Readers.References;
using Hspi.Networks.Text;
using Hspi.Tests;

namespace Hspi.Core.Tests.Datasets;

/// <summary>Prompts whose own tokens are scored: many positions from one call.</summary>
public sealed class ScoredPromptTests
{
    private static readonly PromptProbe Probe = new("p", 1, "prompt", 1) { ScorePrompt = true };

    [Fact]
    public void A_scored_prompt_is_another_question() =>
        Assert.NotEqual((Probe with { ScorePrompt = false }).ContentHash, Probe.ContentHash);

    [Fact]
    public void The_prompts_tokens_come_first_without_the_one_that_nothing_could_score()
    {
        var answer = new ParsedAnswer { Dialect = "d", PromptSteps = [Step("a", null), Step("b", "-3"), Step("c", "-4")], Steps = [Step("d", "-1")] };

        var whole = answer.WithPrompt();

        Assert.Equal(["b", "c", "d"], whole.Steps.Select(step => step.Token));
        Assert.Empty(whole.PromptSteps);
    }

    [Fact]
    public void A_prompt_that_was_not_scored_leaves_nothing_to_compare() =>
        Assert.Empty(new ParsedAnswer { Dialect = "d", Steps = [Step("d", "-1")] }.WithPrompt().Steps);

    [Fact]
    public void A_token_that_is_not_among_the_best_is_kept_all_the_same()
    {
        var logits = Enumerable.Range(0, 50).Select(id => 50f - id).ToArray();
        var answer = new Answer.Measured(Probe, [new Step { TokenId = 40, Token = "t", Logits = logits }]);

        var row = Assert.Single(new AnswerRows(AnswerOrigin.Measured, 3, "n", "h", "l", "").Of(SomeRows.Platform("a"), new ProbeSet("some", 1, 1, [Probe]), answer, 0, SomeRows.Time));

        Assert.Equal([0, 1, 2, 40], row.LogitIds);
        Assert.Equal(4, row.LogitBits.Count);
    }

    [Fact]
    public void What_a_server_printed_of_a_token_that_is_not_among_its_alternatives_can_be_compared()
    {
        var answer = new Answer.Measured(Probe, [new Step { Token = "t", LogprobText = "-9.5", Alternatives = [new Alternative(null, "u", "-0.5")] }]) { PromptTokens = 7 };
        var row = Assert.Single(new AnswerRows(AnswerOrigin.Endpoint, 20, "n", "h", "l", "").Of(SomeRows.Platform("a"), new ProbeSet("some", 1, 1, [Probe]), answer, 0, SomeRows.Time));
        var file = Repository.PathOf("trained/networks/tokenizer.json");

        var references = ReferenceSet.Of(new Dataset([row]), [Probe], Tokenizer.Parse(File.ReadAllText(file), file), 10);

        Assert.Equal(7, row.PromptTokens);
        Assert.True(Assert.Single(references.Prompts).ScorePrompt);
        Assert.Equal("-9.5", Assert.Single(Assert.Single(references.Classes).Answers[0]).Logprobs["t"]);
    }

    private static Step Step(string token, string? logprob) => new() { Token = token, LogprobText = logprob };
}
