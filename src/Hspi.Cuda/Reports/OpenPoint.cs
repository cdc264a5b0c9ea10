namespace Hspi.Cuda.Reports;

/// <summary>A question about Hopper's arithmetic that published data leave open, and what a report says of it.</summary>
/// <param name="Name">Short name.</param>
/// <param name="Settled">Whether the answers decide it.</param>
/// <param name="How">By what, in one sentence; or what was not asked.</param>
public sealed record OpenPoint(string Name, bool Settled, string How)
{
    /// <summary>All of them, in a fixed order.</summary>
    public static IReadOnlyList<OpenPoint> Of(CardReport report) =>
    [
        Models("exponent of a zero term, fp16 accumulators, mma.sync", Probes(report, "mma_k16_f16_f16_f16")),
        Models("exponent of a zero term, fp16 accumulators, wgmma", Probes(report, "wgmma_k16_f16_f16_f16")),
        Answers("sign of zero sums and of sums that vanish", report, "negzero", "vanishing"),
        Instructions("FP8 wgmma with an addend, mixed types and fp16 output", report, name => name.StartsWith("wgmma_k32_", StringComparison.Ordinal)),
        Instructions("FP8 mma.sync into fp32: how the halves are joined", report, name => name.StartsWith("mma_k32_", StringComparison.Ordinal) && name.EndsWith("_f32", StringComparison.Ordinal)),
        Instructions("TF32 with eight products and junk in the low bits", report, name => name.Contains("_k8_tf32_", StringComparison.Ordinal)),
        Nans(report),
        Answers("overflow and infinities", report, "overflow", "infinit"),
        Promotion("FP8 products of the library: closed every 128 terms", report, "e4m3", "promoted every 128"),
        Promotion("FP8 products with fast accumulation: one chain", report, "e4m3-fast", "one chain"),
        Plain(report),
        Split(report),
        Logarithm(report, "fast_logf", "fast logarithm near 1: the curve of a provider's logprobs"),
        Logarithm(report, "accurate_logf", "accurate logarithm near 1: the curve of a provider's logprobs"),
        Intrinsic(report),
    ];

    private static OpenPoint Intrinsic(CardReport report)
    {
        const string Name = "__logf is lg2.approx times ln 2";
        var written = report.Functions.FirstOrDefault(one => one.Name == "fast_logf")?.Bits;
        var compiled = report.Functions.FirstOrDefault(one => one.Name == "intrinsic_logf")?.Bits;
        return written is null || compiled is null
            ? new(Name, false, "not asked")
            : new(Name, true, $"{written.Zip(compiled).Count(pair => pair.First == pair.Second)} of {compiled.Count} answers are the same bits");
    }

    private static OpenPoint Logarithm(CardReport report, string function, string name)
    {
        if (report.Functions.FirstOrDefault(one => one.Name == function) is not { } answers)
        {
            return new(name, false, "not asked");
        }

        var same = LogCurve.IsObserved(answers.Bits, out var how);
        return new(name, true, $"{(same ? "yes" : "no")}: {how}");
    }


    private static IReadOnlyList<(string Name, long Asked, long Table, IReadOnlyList<ModelAgreement> Others)> Probes(CardReport report, string instruction) =>
        [.. report.Probes.Where(one => one.Instruction == instruction).Select(one => ($"{one.Instruction}, {one.Source}", (long)one.Asked, (long)one.Agreeing, one.Others))];

    private static OpenPoint Instructions(string name, CardReport report, Func<string, bool> which) =>
        Models(name, [.. report.Instructions.Where(one => which(one.Name)).Select(one => (one.Name, one.Cases, one.Agreeing, one.Others))]);

    // Settled when exactly one model gives every answer to every question.
    private static OpenPoint Models(string name, IReadOnlyList<(string Name, long Asked, long Table, IReadOnlyList<ModelAgreement> Others)> asked)
    {
        if (asked.Count == 0)
        {
            return new(name, false, "not asked");
        }

        var counts = asked.SelectMany(one => one.Others.Select(other => (other.Model, other.Agreeing)).Prepend(("the table", one.Table)))
            .GroupBy(one => one.Item1, StringComparer.Ordinal)
            .Where(model => model.Count() == asked.Count)
            .Select(model => (Model: model.Key, Agreeing: model.Sum(one => one.Item2)))
            .ToList();
        var all = asked.Sum(one => one.Asked);
        var whole = counts.Where(model => model.Agreeing == all).Select(model => model.Model).ToList();
        var best = counts.OrderByDescending(model => model.Agreeing).First();
        return whole.Count switch
        {
            1 => new(name, true, $"{whole[0]} gives all {all} answers{(counts.Count > 1 ? ", and nothing else that was tried does" : "")}"),
            0 => new(name, false, $"nothing that was tried gives all {all} answers; the nearest is {best.Model} with {best.Agreeing}"),
            _ => new(name, false, $"{string.Join(" and ", whole)} give all {all} answers alike"),
        };
    }

    private static OpenPoint Answers(string name, CardReport report, params string[] words)
    {
        var answers = report.Probes.Where(one => one.Source == ProbeAgreement.Numerics)
            .SelectMany(one => one.Answers.Where(answer => words.Any(word => answer.Id.Contains(word, StringComparison.Ordinal))).Select(answer => (one.Instruction, Answer: answer)))
            .ToList();
        var wrong = answers.Where(one => one.Answer.Card != one.Answer.Computed).ToList();
        return answers.Count == 0 ? new(name, false, "not asked")
            : wrong.Count == 0 ? new(name, true, $"the table gives all {answers.Count} answers")
            : new(name, true, $"the table is wrong in {wrong.Count} of {answers.Count}: {string.Join("; ", wrong.Take(4).Select(one => $"{one.Instruction} {one.Answer.Id} gave {one.Answer.Card}, not {one.Answer.Computed}"))}");
    }

    private static OpenPoint Nans(CardReport report)
    {
        const string Name = "NaN patterns";
        var (nans, canonical) = (report.Instructions.Sum(one => one.Nans), report.Instructions.Sum(one => one.CanonicalNans));
        return nans == 0 ? new(Name, false, "not asked") : new(Name, true, $"{canonical} of {nans} NaNs have the bits that the table expects");
    }

    private static OpenPoint Promotion(string name, CardReport report, string types, string model)
    {
        // Sums of one block cannot tell; split sums have an order of their own.
        var products = report.Products.Where(one => one.Types == types && one.K > 128 && one.Choice is { SplitK: <= 1 }).ToList();
        return products.Count == 0 ? new(name, false, "not asked, or the library had no kernel") : Explained(name, products, model);
    }

    private static OpenPoint Plain(CardReport report)
    {
        const string Name = "order of aligned products without split-K: one chain";
        var products = report.Products.Where(one => one.K % 8 == 0 && one.Types is "fp16" or "bf16" or "fp16-out16" or "bf16-out16" && one.Choice is { SplitK: <= 1 }).ToList();
        return products.Count == 0 ? new(Name, false, "not asked") : Explained(Name, products, "one chain");
    }

    private static OpenPoint Split(CardReport report)
    {
        const string Name = "order of split products";
        var products = report.Products.Where(one => one.Choice is { SplitK: > 1 }).ToList();
        var explained = products.Count(one => one.Models.Any(model => model.Model.StartsWith("split-K", StringComparison.Ordinal) && model.Agreeing == one.Outputs));
        return products.Count == 0
            ? new(Name, false, "the library split none of the products that were asked")
            : new(Name, explained == products.Count, $"the model that the library's choice names explains every output of {explained} of {products.Count} products");
    }

    private static OpenPoint Explained(string name, List<ProductAgreement> products, string model)
    {
        var explained = products.Count(one => one.Models.Any(other => other.Model == model && other.Agreeing == one.Outputs));
        return new(name, explained == products.Count, $"\"{model}\" explains every output of {explained} of {products.Count} products");
    }
}
