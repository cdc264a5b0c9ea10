using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Exchanges;

namespace Hspi.Cli.Verifying;

/// <summary>Asks an endpoint, within its limits; every answer is on disk before the next question.</summary>
internal sealed class Interview(EndpointClient client, EvidenceWriter evidence, Action<string> progress)
{
    /// <summary>Finds out what the endpoint gives, then puts the questions that <paramref name="plan"/> makes of it.</summary>
    /// <exception cref="HspiException">The endpoint cannot be asked at all.</exception>
    public async Task AskAsync(InterviewWords words, Func<Capabilities, IReadOnlyList<Question>> plan, CancellationToken cancellationToken)
    {
        try
        {
            var capabilities = await CapabilityProbe.AskAsync(client, words.Model, words.Dialect, words.Provider, cancellationToken);
            Notes.Add(evidence, capabilities);
            var questions = plan(capabilities);
            for (var asked = 0; asked < questions.Count; asked++)
            {
                progress($"question {asked + 1} of {questions.Count}");
                var question = questions[asked] with { Provider = words.Provider };
                await client.SendAsync(capabilities.Dialect.Request(question), capabilities.Dialect, question.NewTokens, cancellationToken);
            }
        }
        catch (BudgetException reached)
        {
            // A limit is no failure: what was asked so far is judged, and the report says that more was planned.
            Notes.AddLimit(evidence, $"{reached.Message} The rest was not asked.");
        }
    }
}
