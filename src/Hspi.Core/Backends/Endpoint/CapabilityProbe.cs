using Hspi.Dialects;
using Hspi.Exchanges;

namespace Hspi.Backends.Endpoint;

/// <summary>Finds out what an endpoint understands and gives, in at most three calls, and assumes nothing that it has not seen.</summary>
public static class CapabilityProbe
{
    /// <summary>Calls that are made at most.</summary>
    public const int MostCalls = 3;

    private const string Prompt = "The capital of France is";

    /// <summary>What is sent at first, where the endpoint answers in the likeliest dialect; another one, and fewer alternatives, are asked for only after a refusal.</summary>
    internal static IReadOnlyList<ExchangeRequest> Requests(string model, IDialect likeliest, bool isKnown, string provider) =>
    [
        .. model.Length == 0 || !isKnown ? [List] : (ExchangeRequest[])[],
        likeliest.Request(First(model, provider)),
    ];

    /// <summary>Asks.</summary>
    /// <param name="client">The endpoint.</param>
    /// <param name="model">The model the user named; empty takes the first that the endpoint lists.</param>
    /// <param name="dialect">The dialect the user named; null finds one.</param>
    /// <param name="provider">The provider to pin; empty for none.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="HspiException">It answers in no known dialect; the message holds what it said.</exception>
    public static async Task<Capabilities> AskAsync(EndpointClient client, string model, IDialect? dialect, string provider, CancellationToken cancellationToken)
    {
        var calls = MostCalls;
        var candidates = dialect is null ? [] : new List<IDialect> { dialect };
        if (dialect is null && DialectCatalog.ForHost(client.Address) is { } known)
        {
            candidates.Add(known);
        }

        if (model.Length == 0 || candidates.Count == 0)
        {
            var listed = await client.SendAsync(List, new ModelList(), 0, cancellationToken);
            calls--;
            model = model.Length > 0 ? model : ModelList.First(listed);
            candidates.AddRange(candidates.Count > 0 ? [] : ModelList.Candidates(listed));
        }

        var question = First(model, provider);
        string? refusal = null;
        Capabilities? without = null;
        for (var next = 0; next < candidates.Count && calls > 0; next++)
        {
            var candidate = candidates[next];
            var answer = candidate.Read(await client.SendAsync(candidate.Request(question), candidate, question.NewTokens, cancellationToken));
            calls--;
            if (answer.Error is { } error && calls > 0 && error.Contains("logprobs", StringComparison.OrdinalIgnoreCase))
            {
                // Many grant five alternatives, or none at all, and say so in words of their own.
                answer = candidate.Read(await client.SendAsync(candidate.Request(question with { Alternatives = 5 }), candidate, question.NewTokens, cancellationToken));
                calls--;
            }

            if (answer.Error is null && answer.Steps.Count > 0)
            {
                return Seen(candidate, model, answer);
            }

            refusal ??= answer.Error;
            without ??= answer.Error is null ? Seen(candidate, model, answer) : null;
            if (dialect is null && answer.Error is null && answer.ProbabilitySteps.Count > 0 && candidate.WithLogprobs is { } better)
            {
                candidates.Insert(next + 1, better);
            }
        }

        return without ?? throw new HspiException(
            $"{client.Host} answers in no dialect that was tried ({string.Join(", ", candidates.Select(candidate => candidate.Name))}): {refusal?.TrimEnd('.') ?? "no answer could be read"}. Check the address, the model and the key, or name the dialect.");
    }

    private static ExchangeRequest List => new("GET", "v1/models", [], "");

    private static Question First(string model, string provider) => new() { Model = model, Prompt = Prompt, NewTokens = 1, Provider = provider };

    private static Capabilities Seen(IDialect dialect, string model, ParsedAnswer answer)
    {
        var steps = answer.Steps;
        var alternatives = steps.Count == 0 ? 0 : steps.Max(step => step.Alternatives.Count);
        var onlyProbabilities = steps.Count == 0 && answer.ProbabilitySteps.Count > 0;
        var limits = new List<string>();
        if (onlyProbabilities)
        {
            limits.Add("The endpoint shows probabilities instead of logprobs, which may be those after sampling: the lattice of the logits is not visible.");
        }
        else if (steps.Count == 0)
        {
            limits.Add("The endpoint shows no logprobs: precision, kernels and hardware are not visible from here; only its surface is.");
        }
        else if (alternatives < 5)
        {
            limits.Add($"The endpoint shows {alternatives} alternatives per token: the head's precision needs more answers, or is not visible.");
        }

        return new Capabilities
        {
            Dialect = dialect,
            Model = model.Length > 0 ? model : answer.Model.Length <= ModelList.LongestName ? answer.Model : "",
            Logprobs = steps.Count > 0,
            Alternatives = alternatives,
            TokenIds = steps.Any(step => step.TokenId is not null),
            Limits = limits,
        };
    }
}
