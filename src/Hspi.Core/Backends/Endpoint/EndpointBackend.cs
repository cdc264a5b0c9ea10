using Hspi.Answers;
using Hspi.Dialects;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Backends.Endpoint;

/// <summary>A remote endpoint as a backend: greedy continuation of prompts, with whatever scores it shows.</summary>
/// <param name="claimed">What its operator, or the user, says it is.</param>
/// <param name="client">Owned, and disposed with this.</param>
/// <param name="dialect">The words it understands.</param>
/// <param name="model">The model as it calls it.</param>
/// <param name="alternatives">Alternatives per token that it grants, see <see cref="Capabilities.Alternatives"/>.</param>
/// <param name="provider">The one provider that may answer; empty where it does not route.</param>
public sealed class EndpointBackend(Platform claimed, EndpointClient client, IDialect dialect, string model, int alternatives = 20, string provider = "") : IBackend
{
    /// <summary>Scored tokens for each that was asked for, at most: some servers count the prompt's end or hidden tokens.</summary>
    private const int MostPerToken = 8;

    /// <inheritdoc/>
    public Platform Platform => claimed;

    /// <summary>What has been spent so far.</summary>
    public Spent Spent => client.Spent;

    /// <inheritdoc/>
    /// <exception cref="HspiException">The endpoint cannot be reached, misbehaves, or a limit would be broken.</exception>
    public async ValueTask<Answer> AskAsync(Probe probe, CancellationToken cancellationToken)
    {
        if (probe is not PromptProbe prompt)
        {
            return new Answer.Unsupported(probe, "an endpoint answers prompts only");
        }

        var answer = await AnswerAsync(prompt, cancellationToken);
        return answer switch
        {
            { Error: { } error } => new Answer.Unsupported(probe, error),
            { Steps.Count: var sent } when sent > (prompt.NewTokens * MostPerToken) + (prompt.ScorePrompt ? prompt.Prompt.Length : 0) => new Answer.Unsupported(probe, $"the endpoint sent {sent} tokens, and was asked for {prompt.NewTokens}"),
            { Steps.Count: 0 } => new Answer.Unsupported(probe, prompt.ScorePrompt ? "the endpoint does not score the tokens of a prompt" : "the endpoint shows no logprobs"),
            _ => new Answer.Measured(probe, answer.Steps) { PromptTokens = answer.Usage is { PromptTokens: > 0 and <= int.MaxValue and var read } ? (int)read : null },
        };
    }

    /// <summary>Asks <paramref name="probe"/> and gives the whole answer, its error included.</summary>
    public async Task<ParsedAnswer> AnswerAsync(PromptProbe probe, CancellationToken cancellationToken)
    {
        var question = new Question { Model = model, Prompt = probe.Prompt, NewTokens = probe.NewTokens, Alternatives = alternatives, Provider = provider, ScorePrompt = probe.ScorePrompt };
        var exchange = await client.SendAsync(dialect.Request(question), dialect, probe.NewTokens, cancellationToken);
        return probe.ScorePrompt ? dialect.Read(exchange).WithPrompt() : dialect.Read(exchange);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
