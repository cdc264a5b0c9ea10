using Hspi.Answers;

namespace Hspi.Cli.Serving;

/// <summary>Continues the prompts of a request, one after the other, token by token.</summary>
internal sealed class TextGenerator(ServedModel model, GenerationRequest request)
{
    /// <summary>Whether a stream ends with the count of tokens.</summary>
    public bool WantsUsage => request.StreamUsage;

    /// <summary>Tokens of all prompts, once they were read.</summary>
    public int PromptTokens { get; private set; }

    /// <summary>Tokens generated so far.</summary>
    public int NewTokens { get; private set; }

    /// <summary>Checks everything that can be refused before the first byte of an answer.</summary>
    /// <exception cref="RequestError">A prompt is empty, too long, or names a token that there is not.</exception>
    public IReadOnlyList<IReadOnlyList<int>> ReadPrompts()
    {
        var prompts = request.Prompts.Select(prompt => prompt switch
        {
            Prompt.Text text => model.Encode(text.Value),
            Prompt.Tokens tokens => tokens.Ids.All(id => id >= 0 && id < model.Vocabulary)
                ? tokens.Ids
                : throw RequestError.Field("prompt", $"token ids from 0 to {model.Vocabulary - 1}"),
            _ => throw new InvalidOperationException($"No reading for {prompt.GetType().Name}."),
        }).ToList();
        foreach (var prompt in prompts)
        {
            if (prompt.Count == 0)
            {
                throw RequestError.Field("prompt", "at least one token long");
            }

            if (prompt.Count + (long)request.MostTokens > model.ContextLength)
            {
                throw new RequestError(
                    400,
                    $"This model's maximum context length is {model.ContextLength} tokens, but {prompt.Count} in the prompt and {request.MostTokens} new ones were requested.",
                    "messages",
                    "context_length_exceeded");
            }
        }

        PromptTokens = prompts.Sum(prompt => prompt.Count);
        return prompts;
    }

    /// <summary>The answer in pieces, computed as they are taken.</summary>
    public IEnumerable<Piece> Generate(IReadOnlyList<IReadOnlyList<int>> prompts, CancellationToken cancellationToken) =>
        prompts.SelectMany((prompt, choice) => Continue(choice, prompt, cancellationToken));

    private IEnumerable<Piece> Continue(int choice, IReadOnlyList<int> prompt, CancellationToken cancellationToken)
    {
        var session = model.Begin();
        var stream = new TextStream(choice, request.Stops);
        // Each choice draws by itself: the same prompt twice in one request gets two answers.
        var sampler = new Sampler(request.Temperature, request.TopP, request.Seed + (ulong)choice);
        cancellationToken.ThrowIfCancellationRequested();
        var rows = session.Read(prompt);
        if (request.Echo)
        {
            yield return stream.Echo([.. prompt.Select((token, at) => at == 0 ? Unscored(token) : Score(token, rows[at - 1].Span))]);
        }

        var logits = rows[^1];
        for (var made = 0; made < request.MostTokens; made++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var token = sampler.Choose(logits.Span);
            if (model.Ends(token))
            {
                yield return stream.End("stop");
                yield break;
            }

            NewTokens++;
            var piece = stream.Add(Score(token, logits.Span));
            yield return piece;
            if (piece.Finish is not null)
            {
                yield break;
            }

            if (made + 1 < request.MostTokens)
            {
                logits = session.Read([token])[0];
            }
        }

        yield return stream.End("length");
    }

    private ScoredToken Unscored(int token) => new(model.Name(token), model.Bytes(token), null, []);

    private ScoredToken Score(int token, ReadOnlySpan<float> logits)
    {
        if (request.Alternatives is not { } count)
        {
            return Unscored(token);
        }

        // What servers call logprobs is the network's own opinion, before any temperature.
        var logprobs = LogSoftmax.Of(logits);
        var best = Enumerable.Range(0, logprobs.Length).OrderByDescending(id => logprobs[id]).Take(count);
        return new ScoredToken(model.Name(token), model.Bytes(token), logprobs[token], [.. best.Select(id => new ScoredAlternative(model.Name(id), model.Bytes(id), logprobs[id]))]);
    }
}
