using Hspi.Cuda.Reports;

namespace Hspi.Cuda.Recording;

/// <summary>The special-function unit, where its rounding shows.</summary>
internal sealed class FunctionTopic() : CardTopic("functions", "ex2, lg2, rcp, rsqrt, and logf and expf of CUDA's library, 4097 inputs each", 10)
{
    /// <inheritdoc/>
    public override Task<CardReport> AskAsync(TopicContext context, CardReport report, CancellationToken cancellationToken)
    {
        List<FunctionAnswers> functions = [.. FunctionProbe.Ask(context.Card)];
        var (compiled, skipped) = FunctionProbe.AskCompiled(context.Card);
        functions.AddRange(compiled);
        context.Progress.Report($"{functions.Count} functions asked");
        return Task.FromResult(report with { Functions = functions, Skipped = skipped is null ? report.Skipped : [.. report.Skipped.Union([skipped])] });
    }
}
