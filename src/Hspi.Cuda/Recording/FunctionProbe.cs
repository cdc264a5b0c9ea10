using Hspi.Cuda.Cards;
using Hspi.Cuda.Kernels;
using Hspi.Cuda.Reports;

namespace Hspi.Cuda.Recording;

/// <summary>Asks the card's special-function unit where its rounding shows.</summary>
internal static class FunctionProbe
{
    private const int Count = 4097;

    /// <summary>The answers of every function of CUDA's library, or why there are none.</summary>
    public static (IReadOnlyList<FunctionAnswers> Answers, string? Skipped) AskCompiled(ICard card)
    {
        List<FunctionAnswers> answers = [];
        foreach (var (name, _) in CompiledFunction.All)
        {
            var (description, inputs) = InputsOf(name);
            if (card.EvaluateCompiled(name, inputs, out var whyNot) is not { } given)
            {
                return (answers, $"functions of CUDA's library: {whyNot}");
            }

            answers.Add(Answers(name, description, given));
        }

        return (answers, null);
    }

    /// <summary>The answers of every function of <see cref="FunctionKernel.All"/>.</summary>
    public static IEnumerable<FunctionAnswers> Ask(ICard card)
    {
        foreach (var (name, _) in FunctionKernel.All)
        {
            var (description, inputs) = InputsOf(name);
            yield return Answers(name, description, card.Evaluate(name, inputs));
        }
    }

    private static FunctionAnswers Answers(string name, string description, float[] given) =>
        new(name, description, [.. given.Select(answer => BitConverter.SingleToUInt32Bits(answer).ToString("x8"))]);

    // Logarithms: where log-probabilities near 0 come from (S = 1 + n·2^-23). The rest: one binade, evenly.
    private static (string Description, float[] Inputs) InputsOf(string name) => name switch
    {
        "lg2_approx" or "fast_logf" or "accurate_logf" or "intrinsic_logf" =>
            ("1+n*2^-23, n=0..4096", [.. Enumerable.Range(0, Count).Select(n => BitConverter.UInt32BitsToSingle(0x3F800000u + (uint)n))]),
        "ex2_approx" or "accurate_expf" or "intrinsic_expf" =>
            ("-n*2^-8, n=0..4096", [.. Enumerable.Range(0, Count).Select(n => -n / 256f)]),
        _ =>
            ("1+n*2^-12, n=0..4096", [.. Enumerable.Range(0, Count).Select(n => 1f + (n / 4096f))]),
    };
}
