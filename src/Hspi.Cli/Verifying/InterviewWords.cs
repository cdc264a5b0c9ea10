using Hspi.Dialects;

namespace Hspi.Cli.Verifying;

/// <summary>What the user named of the endpoint.</summary>
/// <param name="Model">Empty takes the first that it lists.</param>
/// <param name="Dialect">Null finds one.</param>
/// <param name="Provider">The one that may answer; empty for none.</param>
internal sealed record InterviewWords(string Model, IDialect? Dialect, string Provider);
