using Hspi.Exchanges;
using Hspi.Readers.Inspection;
using Hspi.Readers.Surface;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers.Inspection;

/// <summary>What an inspection holds, however much it reads. Whole files: docs/inspect-memory.md.</summary>
[Collection(nameof(InspectorMemoryTests))]
[CollectionDefinition(nameof(InspectorMemoryTests), DisableParallelization = true)]
[Trait("speed", "slow")]
public sealed class InspectorMemoryTests
{
    private static readonly SurfaceReader Surface = new(SignatureBase.Load(Repository.PathOf("probes/signatures")));

    [Fact]
    public void Answers_that_differ_in_everything_leave_nothing_behind_that_grows()
    {
        var inspector = new Inspector("");
        long Held(int from, int to)
        {
            for (var number = from; number < to; number++)
            {
                inspector.Add(Observed.Of(Strange(number), Surface)!);
            }

            return GC.GetTotalMemory(forceFullCollection: true);
        }

        // Whatever has room for so many is full after the first half: it asks 4,160 questions, more than are compared.
        var half = Held(0, 5_200);
        var whole = Held(5_200, 10_400);

        Assert.Equal(10_400, inspector.Result().Responses);
        Assert.True(inspector.Result().Findings.Steadiness.Detail.Overflow > 4_000);
        Assert.True(whole - half < 300_000, $"{whole - half} bytes more after 5,200 further answers");
    }

    // Its own model, id, question, tokens, sentinel, gaps and version of an engine; one in ten is an error, one of no dialect.
    private static Exchange Strange(int number) => Dialects.Recorded.Body(
        (number % 10) switch
        {
            0 => $$"""{"error":{"message":"e{{number}}","type":"t{{number}}"} }""",
            1 => $$"""{"field{{number}}":{{number}} }""",
            _ => $$"""{"id":"{{number}}","object":"text_completion","model":"m{{number}}","system_fingerprint":"b{{number}}-0a1b2c3d4","choices":[{"text":"t{{number}}","logprobs":{"tokens":["t{{number}}"],"token_logprobs":[-0.{{number}}1],"top_logprobs":[{"t{{number}}":-0.{{number}}1,"u{{number}}":-1.{{number}}3,"v":-2.{{number}}7,"w":-9999.{{number}} }]} }]}""",
        },
        "http://h/v1/completions",
        request: $$"""{"temperature":0,"prompt":"{{number}}"}""");
}
