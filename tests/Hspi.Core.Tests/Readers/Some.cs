using Hspi.Answers;
using Hspi.Dialects;

namespace Hspi.Core.Tests.Readers;

/// <summary>Answers of which only the numbers matter.</summary>
internal static class Some
{
    public static ParsedAnswer Answer(params string[] logprobs) => new()
    {
        Dialect = "openai-chat",
        Text = "t0",
        Steps =
        [
            new Step
            {
                Token = "t0",
                LogprobText = logprobs[0],
                Alternatives = [.. logprobs.Select((text, i) => new Alternative(null, $"t{i}", text))],
            },
        ],
    };
}
