using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Readers;

namespace Hspi.Core.Tests.Readers;

public sealed class AnswerDigestTests
{
    private static readonly Step First = new() { Token = "a", LogprobText = "-0.5", Alternatives = [new(null, "a", "-0.5"), new(null, "b", "-1.5")] };
    private static readonly ParsedAnswer Whole = new() { Dialect = "d", Text = "ab", Steps = [First], PromptSteps = [First with { Token = "p" }], ProbabilitySteps = [First with { Token = "q" }] };

    [Fact]
    public void Equal_answers_have_equal_digests() =>
        Assert.Equal(AnswerDigest.OfNumbers(Whole), AnswerDigest.OfNumbers(Whole with { Steps = [First with { }], Model = "another", Id = "another" }));

    [Fact]
    public void Every_text_and_number_counts()
    {
        ParsedAnswer[] others =
        [
            Whole,
            Whole with { Text = "ac" },
            Whole with { Steps = [] },
            Whole with { PromptSteps = [] },
            Whole with { ProbabilitySteps = [] },
            Whole with { Steps = [First, First] },
            Whole with { Steps = [First with { Token = "b" }] },
            Whole with { Steps = [First with { LogprobText = "-0.50" }] },
            Whole with { Steps = [First with { LogprobText = null }] },
            Whole with { Steps = [First with { Alternatives = [First.Alternatives[0]] }] },
            Whole with { Steps = [First with { Alternatives = [First.Alternatives[0], new(null, "c", "-1.5")] }] },
            Whole with { Steps = [First with { Alternatives = [First.Alternatives[0], new(null, "b", "-1.25")] }] },
            Whole with { Steps = [First with { Alternatives = [First.Alternatives[1], First.Alternatives[0]] }] },
        ];

        Assert.Equal(others.Length, others.Select(AnswerDigest.OfNumbers).Distinct().Count());
    }

    [Fact]
    public void Where_a_text_ends_counts()
    {
        var one = First with { Token = "ab", LogprobText = "c" };
        var other = First with { Token = "a", LogprobText = "bc" };

        Assert.NotEqual(AnswerDigest.OfStep(one), AnswerDigest.OfStep(other));
    }

    [Fact]
    public void The_text_alone_is_the_text_or_else_the_tokens()
    {
        Assert.Equal(AnswerDigest.OfText(Whole), AnswerDigest.OfText(Whole with { Steps = [] }));
        Assert.NotEqual(AnswerDigest.OfText(Whole with { Text = "" }), AnswerDigest.OfText(Whole with { Text = "", Steps = [First with { Token = "c" }] }));
        Assert.Equal(AnswerDigest.OfText(Whole with { Text = "" }), AnswerDigest.OfText(Whole with { Text = "", Steps = [First with { LogprobText = "-7" }] }));
    }

    // Published test vectors of FNV-1a take bytes; of characters and the mark it is this many multiplications by the published prime.
    [Fact]
    public void An_empty_text_is_the_published_basis_times_the_published_prime() =>
        Assert.Equal(unchecked((14695981039346656037UL ^ 0xFFFF) * 1099511628211UL), AnswerDigest.OfText(Whole with { Text = "", Steps = [] }));
}
