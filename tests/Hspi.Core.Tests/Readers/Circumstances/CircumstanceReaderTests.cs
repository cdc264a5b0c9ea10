using System.Globalization;
using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Platforms;
using Hspi.Readers.Circumstances;
using Hspi.Readers.References;

namespace Hspi.Core.Tests.Readers.Circumstances;

public sealed class CircumstanceReaderTests
{
    private static readonly double[] Logits = [-0.5, -1.75, -2.125, -3.5, -4.75];

    [Theory]
    [InlineData(12, false)]
    [InlineData(13, false)] // the mark that begins a text is counted by some
    [InlineData(11, false)]
    [InlineData(14, true)]
    [InlineData(40, true)]
    [InlineData(0, null)]
    public void Another_text_shows_in_the_number_of_tokens(int counted, bool? expected) =>
        Assert.Equal(expected, Find(CircumstanceKind.OtherText, Answer(1, counted)).IsThere);

    [Fact]
    public void Counts_that_nobody_enrolled_show_no_text() => Assert.Null(CircumstanceReader.Read("m", [Answer(1)], [], null)[0].IsThere);

    [Theory]
    [InlineData(1, false)]
    [InlineData(1.01, false)] // rounding and noise do not count as a temperature
    [InlineData(1 / 0.7, true)]
    [InlineData(0.5, true)]
    public void A_temperature_shows_in_log_odds_that_are_all_multiplied(double scale, bool expected) =>
        Assert.Equal(expected, Find(CircumstanceKind.Scale, Answer(scale)).IsThere);

    [Fact]
    public void The_temperature_is_named()
    {
        var seen = Find(CircumstanceKind.Scale, Answer(1 / 0.7)).Seen;

        Assert.Contains("a temperature of 0.7,", seen, StringComparison.Ordinal);
        Assert.Contains("those of one", seen, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_weights_are_no_temperature()
    {
        var answer = Answer(1);
        double[] moved = [0.3, -0.8, 0.6, -0.4, 0.9];
        var other = answer with { Steps = [.. answer.Steps.Select(step => step with { Alternatives = [.. step.Alternatives.Select((one, index) => one with { LogprobText = Text(double.Parse(one.LogprobText, CultureInfo.InvariantCulture) - 1 + moved[index]) })] })] };

        Assert.False(Find(CircumstanceKind.Scale, other).IsThere);
    }

    [Fact]
    public void Few_positions_show_no_temperature()
    {
        var answer = Answer(0.5);

        Assert.Null(Find(CircumstanceKind.Scale, answer with { Steps = [.. answer.Steps.Take(7)] }).IsThere);
    }

    [Theory]
    [InlineData("t0", false)]
    [InlineData("t1", true)]
    public void A_chosen_token_that_is_not_the_likeliest_was_drawn(string chosen, bool expected)
    {
        var answer = Answer(1);

        Assert.Equal(expected, Find(CircumstanceKind.Drawn, answer with { Steps = [answer.Steps[0] with { Token = chosen }, .. answer.Steps.Skip(1)] }).IsThere);
    }

    [Fact]
    public void Without_alternatives_nobody_sees_whether_tokens_are_drawn()
    {
        var answer = Answer(1);

        Assert.Null(Find(CircumstanceKind.Drawn, answer with { Steps = [.. answer.Steps.Select(step => step with { Alternatives = [] })] }).IsThere);
    }

    [Theory]
    [InlineData("m", false)]
    [InlineData("provider/m", false)]
    [InlineData("m-2026-01-01", false)]
    [InlineData("other", true)]
    [InlineData("", null)]
    public void Another_name_of_the_model_is_told(string name, bool? expected) =>
        Assert.Equal(expected, Find(CircumstanceKind.OtherModel, Answer(1) with { Model = name }).IsThere);

    [Fact]
    public void Endless_names_are_cut() =>
        Assert.InRange(Find(CircumstanceKind.OtherModel, Answer(1) with { Model = new string('x', 100_000) }).Seen.Length, 1, 300);

    private static Circumstance Find(CircumstanceKind kind, ParsedAnswer answer)
    {
        var enrolled = new EnrolledClass("one", [PlatformText.Parse("engine=x")], [[.. Enumerable.Range(0, 8).Select(_ => new ReferenceStep("t0", Logits.Select((value, index) => (index, value)).ToDictionary(pair => $"t{pair.index}", pair => Text(pair.value))))]]);
        return CircumstanceReader.Read("m", [answer], [("prompt", answer)], new ReferenceSet([new ReferencePrompt("prompt", 8) { Counted = [12] }], [enrolled])).Single(one => one.Kind == kind);
    }

    /// <summary>The enrolled answer with its log-odds multiplied; the sum of probabilities moves all of them alike.</summary>
    private static ParsedAnswer Answer(double scale, int counted = 12) => new()
    {
        Dialect = "openai-completions",
        Model = "m",
        Usage = new Usage(counted, 8),
        Steps = [.. Enumerable.Range(0, 8).Select(_ => new Step
        {
            Token = "t0",
            Alternatives = [.. Logits.Select((value, index) => new Alternative(null, $"t{index}", Text((value * scale) - 1)))],
        })],
    };

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
