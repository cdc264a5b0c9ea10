using Hspi.Readers;
using Hspi.Verdicts;

namespace Hspi.Core.Tests.Verdicts;

public sealed class TwoPlatformsTests
{
    private static readonly AnswerAgreement Whole = new(30, 30);
    private static readonly AnswerAgreement Part = new(30, 20);
    private static readonly AnswerAgreement Nothing = new(0, 0);

    [Fact]
    public void Two_answers_that_only_one_of_them_explains_are_enough_for_each()
    {
        Assert.NotNull(Find([Whole, Whole, Part, Part], [Part, Part, Whole, Whole]));
        Assert.Null(Find([Whole, Whole, Part], [Part, Part, Whole]));
        Assert.Null(Find([Whole, Part, Part], [Part, Whole, Whole]));
    }

    [Fact]
    public void Answers_that_both_explain_count_for_neither()
    {
        Assert.Contains("each of 6 answers", Find([Whole, Whole, Part, Part, Whole, Whole], [Part, Part, Whole, Whole, Whole, Whole])!, StringComparison.Ordinal);
        Assert.Contains("2 of a alone, 2 of b alone", Find([Whole, Whole, Part, Part, Whole], [Part, Part, Whole, Whole, Whole])!, StringComparison.Ordinal);
        Assert.Null(Find([Whole, Part, Part, Whole, Whole], [Whole, Whole, Whole, Whole, Whole]));
    }

    [Fact]
    public void One_answer_that_neither_explains_is_a_third() => Assert.Null(Find([Whole, Whole, Part, Part, Part], [Part, Part, Whole, Whole, Part]));

    [Fact]
    public void An_answer_of_which_nothing_was_compared_says_nothing() =>
        Assert.Contains("each of 4 answers", Find([Whole, Nothing, Whole, Part, Part], [Part, Nothing, Part, Whole, Whole])!, StringComparison.Ordinal);

    [Fact]
    public void An_answer_that_parts_from_one_of_them_at_once_is_explained_by_the_other()
    {
        Assert.NotNull(Find([Whole, Whole, Nothing, Nothing], [Nothing, Nothing, Whole, Whole]));
        Assert.Null(Find([Whole, Whole, Part, Part, new(1, 1)], [Part, Part, Whole, Whole, Nothing]));
        Assert.Null(Find([Whole, Whole, Part, Part, Nothing], [Part, Part, Whole, Whole, new(1, 1)]));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(19, false)]
    public void Twenty_values_are_an_answer_that_does_not_agree_by_luck(int values, bool found) =>
        Assert.Equal(found, Find([new(values, values), Whole, Part, Part], [Part, Part, Whole, Whole]) is not null);

    [Fact]
    public void Any_two_of_the_classes_may_explain_the_answers()
    {
        AnswerAgreement[] none = [Part, Part, Part, Part];

        Assert.Contains("b", TwoPlatforms.Find([Class("x", none), Class("a", [Whole, Whole, Part, Part]), Class("y", none), Class("b", [Part, Part, Whole, Whole])])!, StringComparison.Ordinal);
        Assert.Null(TwoPlatforms.Find([Class("a", [Whole, Whole, Part, Part])]));
        Assert.Null(TwoPlatforms.Find([]));
    }

    private static string? Find(AnswerAgreement[] a, AnswerAgreement[] b) => TwoPlatforms.Find([Class("a", a), Class("b", b)]);

    private static ReferenceAgreement Class(string name, AnswerAgreement[] answers) => new(name, [], 300, 200) { Answers = answers };
}
