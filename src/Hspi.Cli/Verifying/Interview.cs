using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Exchanges;

namespace Hspi.Cli.Verifying;

/// <summary>Asks an endpoint, within its limits; every answer is on disk before the next question.</summary>
internal sealed class Interview(EndpointClient client, EvidenceWriter evidence, Action<string> progress)
{
    /// <summary>Questions that may be given up before the rest is not asked: silence must not hold a run for hours.</summary>
    private const int MostStalls = 3;

    /// <summary>Finds out what the endpoint gives, then puts the questions that <paramref name="plan"/> makes of it.</summary>
    /// <param name="words">What the user named.</param>
    /// <param name="plan">Makes the questions.</param>
    /// <param name="cautions">What speaks against comparing, seen before the first question.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="HspiException">The endpoint cannot be asked at all.</exception>
    public async Task AskAsync(
        InterviewWords words, Func<Capabilities, IReadOnlyList<Question>> plan, Func<Capabilities, IEnumerable<string>> cautions, CancellationToken cancellationToken)
    {
        try
        {
            var capabilities = await CapabilityProbe.AskAsync(client, words.Model, words.Dialect, words.Provider, cancellationToken);
            Notes.Add(evidence, capabilities);
            foreach (var caution in cautions(capabilities))
            {
                Notes.AddLimit(evidence, caution);
            }

            var questions = plan(capabilities);
            for (var (asked, stalls) = (0, 0); asked < questions.Count && stalls < MostStalls; asked++)
            {
                progress($"question {asked + 1} of {questions.Count}");
                var question = questions[asked] with { Provider = words.Provider };
                try
                {
                    await client.SendAsync(capabilities.Dialect.Request(question), capabilities.Dialect, question.NewTokens, cancellationToken);
                }
                catch (StalledException stalled)
                {
                    stalls++;
                    var rest = stalls == MostStalls ? $" After {stalls} such questions the rest was not asked." : "";
                    Notes.AddLimit(evidence, $"Question {asked + 1} of {questions.Count} was given up: {stalled.Message}{rest}");
                }
            }
        }
        catch (StalledException stalled)
        {
            // Silence at the first words is no failure of ours either: nothing was seen, and the verdict says so.
            Notes.AddLimit(evidence, $"{stalled.Message} Nothing more was asked.");
        }
        catch (BudgetException reached)
        {
            // A limit is no failure: what was asked so far is judged, and the report says that more was planned.
            Notes.AddLimit(evidence, $"{reached.Message} The rest was not asked.");
        }
    }
}
