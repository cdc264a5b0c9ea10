namespace Hspi.Verdicts;

/// <summary>Which formats can give the same bits under two true names.</summary>
/// <remarks>
/// A model whose weights are bf16 gives the same bits whether it is called bf16 and computed in fp32, or called fp32. A checkpoint that
/// is native fp8 gives the same bits whether it is called fp8 and computed in bf16, or unpacked and called bf16.
/// </remarks>
internal static class NumberFormats
{
    /// <summary>Whether <paramref name="computed"/> may be how a model that is truly <paramref name="claimed"/> is computed, without a loss.</summary>
    public static bool IsWider(string computed, string claimed) => Rank(computed) > Rank(claimed);

    /// <summary>Whether a format may say only how weights are stored, while they are computed in another.</summary>
    /// <remarks>
    /// Every one does in some engine, bf16 and fp16 too, except those that quantise activations as they come (<c>int8-dynamic</c>).
    /// </remarks>
    public static bool MayBeStorage(string format) => !format.EndsWith("-dynamic", StringComparison.Ordinal);

    /// <summary>Whether a format says how weights are stored in fewer than 16 bits, and so nothing of the head.</summary>
    public static bool IsQuantised(string format) => Rank(format) == 0;

    private static int Rank(string format) => format.ToLowerInvariant() switch
    {
        "fp64" => 4,
        "fp32" or "f32" => 3,
        // Weights are stored so, and every sum is fp32.
        _ when format.EndsWith("-weights", StringComparison.Ordinal) => 3,
        "tf32" => 2,
        "bf16" or "fp16" or "f16" => 1,
        // Products in one format, the rest in another: what the narrower one loses is lost (e4m3-bf16, fp64-fp32).
        _ when format.Split('-') is [var products, var rest] => Math.Min(Rank(products), Rank(rest)),
        _ => 0,
    };
}
