using System.Runtime.InteropServices;
using Hspi.Answers;
using Hspi.Probes;

namespace Hspi.Backends.Tests;

/// <summary>What every backend promises. One sealed class per backend inherits these tests.</summary>
public abstract class BackendContract
{
    private static readonly MatmulProbe Product = new("contract/product", 1, M: 2, N: 3, K: 70, Seed: 5);
    private static readonly PromptProbe Prompt = new("contract/prompt", 1, "One day Anna went to the", NewTokens: 4);
    private static readonly ImageProbe Image = new("contract/image", 1, 32, 32, new byte[3 * 32 * 32]);

    /// <summary>One question of every kind.</summary>
    public static TheoryData<int> Kinds { get; } = [0, 1, 2];

    /// <summary>Opens the backend; a test calls it where the machine can run it only.</summary>
    protected abstract IBackend Open();

    /// <summary>Why this machine cannot open the backend: the tests are skipped with that reason; null when it can.</summary>
    protected abstract string? WhyNot { get; }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_same_question_twice_gives_the_same_bits(int kind)
    {
        await using var backend = OpenOrSkip();

        var first = await backend.AskAsync(ProbeOf(kind), TestContext.Current.CancellationToken);
        var second = await backend.AskAsync(ProbeOf(kind), TestContext.Current.CancellationToken);

        Assert.Equal(BitsOf(first), BitsOf(second));
    }

    [Fact]
    public async Task A_cancelled_question_is_not_asked()
    {
        await using var backend = OpenOrSkip();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await backend.AskAsync(Product, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Every_new_token_is_the_one_with_the_largest_logit()
    {
        await using var backend = OpenOrSkip();

        var answer = Assert.IsType<Answer.Measured>(await backend.AskAsync(Prompt, TestContext.Current.CancellationToken));

        Assert.Equal(Prompt.NewTokens, answer.Steps.Count);
        Assert.All(answer.Steps, step => Assert.Equal(step.Logits.ToArray().Max(), step.Logits.Span[step.TokenId!.Value]));
    }

    internal static Probe ProbeOf(int kind) => kind switch { 0 => Product, 1 => Prompt, _ => Image };

    internal static byte[] BitsOf(Answer answer) =>
        [.. Assert.IsType<Answer.Measured>(answer).Steps.SelectMany(step => MemoryMarshal.AsBytes(step.Logits.Span).ToArray())];

    private IBackend OpenOrSkip()
    {
        Assert.SkipWhen(WhyNot is not null, WhyNot ?? "");
        return Open();
    }
}
