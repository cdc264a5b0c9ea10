using Hspi.Collection;
using Hspi.Probes;
using Hspi.Tests;

namespace Hspi.Core.Tests.Probes;

public sealed class ProbeRecipeTests
{
    private static readonly string[] Words = [.. Enumerable.Range(0, 40).Select(i => $"w{i}")];
    private static readonly ProbeLibrary Library = new(Repository.PathOf("probes"));

    [Fact]
    public void More_probes_leave_the_first_ones_as_they_were()
    {
        foreach (var definition in Library.List())
        {
            var few = Library.Make(definition.Id, seed: 5, count: 3).Probes.Select(probe => probe.ContentHash);
            var many = Library.Make(definition.Id, seed: 5, count: 9).Probes.Select(probe => probe.ContentHash);

            Assert.Equal(few, many.Take(3));
        }
    }

    [Fact]
    public void Another_seed_asks_other_questions_under_other_ids()
    {
        var one = Library.Make("random-words", seed: 1).Probes;
        var other = Library.Make("random-words", seed: 2).Probes;

        Assert.Empty(one.Select(probe => probe.ContentHash).Intersect(other.Select(probe => probe.ContentHash)));
        Assert.Empty(one.Select(probe => probe.Id).Intersect(other.Select(probe => probe.Id)));
    }

    [Fact]
    public void A_prompt_never_repeats_a_word()
    {
        var definition = Definition("\"words\": { \"template\": \"{words}\", \"promptWords\": 40, \"newTokens\": 1 }");

        var probe = Assert.IsType<PromptProbe>(ProbeRecipe.Make(definition, Words, count: 1).Probes[0]);

        Assert.Equal(Words.Order(), probe.Prompt.Split(", ").Order());
    }

    [Fact]
    public void Noise_takes_every_byte_about_equally_often()
    {
        var probes = Library.Make("noise-images", seed: 3, count: 20).Probes.Cast<ImageProbe>();

        var counts = probes.SelectMany(probe => probe.Pixels.ToArray()).CountBy(pixel => pixel).Select(pair => pair.Value).ToList();

        // 61,440 draws over 256 bytes: mean 240, standard deviation 15.5; six of them either way.
        Assert.Equal(256, counts.Count);
        Assert.All(counts, count => Assert.InRange(count, 147, 333));
    }

    [Fact]
    public void A_recorded_question_stays_the_same_question()
    {
        // Drawn by an independent SplitMix64 (Python) from the same words. If this fails, the recipe changed: raise its version, and record anew.
        Assert.Equal("Words: flew, three, child, strange, new, nine, sand, ran,", Assert.IsType<PromptProbe>(Library.Make("random-words").Probes[0]).Prompt);
    }

    [Theory]
    [InlineData("{", "(1)")]
    [InlineData("{\"version\":1}", "required properties")]
    [InlineData("{\"version\":0,\"id\":\"a\",\"why\":\"\",\"source\":\"\",\"seed\":1,\"count\":1}", "version")]
    [InlineData("{\"version\":1,\"id\":\"../a\",\"why\":\"\",\"source\":\"\",\"seed\":1,\"count\":1}", "id")]
    [InlineData("{\"version\":1,\"id\":\"a\",\"why\":\"\",\"source\":\"\",\"seed\":1,\"count\":1}", "exactly one")]
    [InlineData("{\"version\":1,\"id\":\"a\",\"why\":\"\",\"source\":\"\",\"seed\":1,\"count\":1,\"colour\":2}", "colour")]
    [InlineData("{\"version\":1,\"id\":\"a\",\"why\":\"\",\"source\":\"\",\"seed\":1,\"count\":1,\"product\":{\"shapes\":[[1,2]]}}", "[M, N, K]")]
    public void A_wrong_definition_says_what_is_wrong_and_where(string json, string expected)
    {
        var wrong = Assert.Throws<HspiException>(() => ProbeDefinition.Parse(json, "probes/a.json"));

        Assert.StartsWith("probes/a.json", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(expected, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_set_is_answered_with_the_known_ones()
    {
        var wrong = Assert.Throws<UsageException>(() => Library.Make("nonsense"));

        Assert.Contains("random-words", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(2_000_000_000)]
    public void A_count_out_of_range_is_the_callers_mistake(int count) =>
        Assert.Throws<UsageException>(() => Library.Make("random-words", count: count));

    private static ProbeDefinition Definition(string recipe) =>
        ProbeDefinition.Parse($"{{\"version\":1,\"id\":\"a\",\"why\":\"\",\"source\":\"\",\"seed\":1,\"count\":1,{recipe}}}", "test");
}
