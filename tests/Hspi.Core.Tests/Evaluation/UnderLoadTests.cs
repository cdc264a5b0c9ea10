using System.Text.Json;
using Hspi.Evaluation;

namespace Hspi.Core.Tests.Evaluation;

public sealed class UnderLoadTests
{
    [Fact]
    public void Busy_servers_are_named_by_the_states_that_they_share_with_their_enrolment()
    {
        var score = new UnderLoad(Lines(states: 3), "made up", prompts: 4).Run();

        Assert.Equal((4, 4, 4), (score.Audits, score.WeightsRight, score.SettingRight));
        Assert.Equal(new HeldOutScore(4, 0, 0), score.HeldOut);
        // Enrolled it is confirmed, left out it is not; q4_0 in place of f16 is contradicted, and f16 in place of q4_0 hurts nobody.
        Assert.Equal(new ClaimCount(4, 4, 0), score.TrueClaims);
        Assert.Equal(new ClaimCount(0, 2, 2), score.FalseClaims);
        Assert.Equal([0.5, 0.3, 0.1], score.Diluted.Select(one => one.Share));
    }

    [Fact]
    public void Servers_that_never_print_a_state_twice_stay_unknown()
    {
        var score = new UnderLoad(Lines(states: 1000), "made up", prompts: 4).Run();

        Assert.Equal((4, 0, 0), (score.Audits, score.WeightsRight, score.SettingRight));
        Assert.Equal(new HeldOutScore(4, 0, 0), score.HeldOut);
        Assert.Equal(new ClaimCount(0, 8, 0), score.TrueClaims);
        Assert.Equal(new ClaimCount(0, 4, 0), score.FalseClaims);
    }

    [Fact]
    public void A_damaged_line_is_named()
    {
        var wrong = Assert.Throws<HspiException>(() => new UnderLoad([.. Lines(states: 3).Take(3), "{}"], "file.jsonl", prompts: 4));

        Assert.StartsWith("file.jsonl(4): ", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>Two servers with other weights; each composes its batch in one of some ways, which moves every value by a step of its own.</summary>
    private static IEnumerable<string> Lines(int states)
    {
        var random = new Random(1);
        foreach (var (weights, at) in new[] { ("f16", 0.0), ("q4_0", 0.7) })
        {
            foreach (var (mode, run) in new[] { ("quiet", 0), ("quiet", 1), ("load", 0), ("load", 1), ("load", 2), ("load", 3), ("load", 4) })
            {
                for (var prompt = 0; prompt < 6; prompt++)
                {
                    yield return JsonSerializer.Serialize(new { weights, kernels = "plain", mode, run, prompt = $"p{prompt}", request = new { n_predict = 2 }, response = Response(at + (0.013 * random.Next(states)), prompt) });
                }
            }
        }
    }

    private static string Response(double state, int prompt) => JsonSerializer.Serialize(new
    {
        content = "ab",
        stop = true,
        completion_probabilities = Enumerable.Range(0, 2).Select(position => new
        {
            id = position,
            token = $"t{position}",
            logprob = -0.5,
            top_logprobs = Enumerable.Range(0, 20).Select(rank => new { id = rank, token = $"t{rank}", logprob = -0.5 - prompt - (rank * (0.3 + state)) }),
        }),
    });
}
