namespace Hspi.Readers.Embeddings;

/// <summary>What embeddings say of the format in which they were computed.</summary>
/// <param name="Reading">Aspect <c>embedding</c>; alternatives <c>bf16</c>, <c>fp16</c>, <c>fp8</c>, <c>int8</c>, <c>fixed-point</c>, <c>fp32-or-pooled</c>.</param>
/// <param name="Dimensions">Numbers of the first vector.</param>
/// <param name="Vectors">Vectors that were read.</param>
/// <param name="Norm">Mean of their Euclidean lengths.</param>
/// <param name="Precision">The format; <see cref="GridKind.Unknown"/> where the numbers lie on no format's grid, or not beyond doubt.</param>
/// <param name="Rounded">Whether a common factor came after the rounding.</param>
public sealed record EmbeddingFinding(Reading Reading, int Dimensions, long Vectors, double Norm, GridKind Precision, Rounding Rounded);
