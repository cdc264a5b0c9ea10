namespace Hspi.Cli.Serving;

/// <summary>A token of a prompt or an answer, with the scores of its position.</summary>
/// <param name="Name">How it is written.</param>
/// <param name="Bytes">Its UTF-8 bytes; a byte-level token may be half a character.</param>
/// <param name="Logprob">Its logprob; null for the first token of a prompt, which nothing predicts, and where no scores were asked for.</param>
/// <param name="Top">The likeliest tokens of the position, best first.</param>
internal sealed record ScoredToken(string Name, ReadOnlyMemory<byte> Bytes, float? Logprob, IReadOnlyList<ScoredAlternative> Top);

/// <summary>A token that could have stood here.</summary>
internal sealed record ScoredAlternative(string Name, ReadOnlyMemory<byte> Bytes, float Logprob);

/// <summary>What became sure since the last piece: text that no stop takes back, and the tokens that it came from.</summary>
/// <param name="Choice">Index of the prompt that it continues.</param>
/// <param name="Text">New text; may be empty.</param>
/// <param name="Tokens">New tokens; may be empty.</param>
/// <param name="Finish"><c>stop</c> or <c>length</c> in the last piece of a choice; null before.</param>
internal sealed record Piece(int Choice, string Text, IReadOnlyList<ScoredToken> Tokens, string? Finish);
