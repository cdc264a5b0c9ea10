using Hspi.Dialects;

namespace Hspi.Comparisons;

/// <summary>One answer of one side.</summary>
/// <param name="Prompt">What was asked; only answers to the same prompt are compared.</param>
/// <param name="Round">From 0: which asking of the prompt it is.</param>
/// <param name="Answer">What came.</param>
public sealed record Sample(string Prompt, int Round, ParsedAnswer Answer);
