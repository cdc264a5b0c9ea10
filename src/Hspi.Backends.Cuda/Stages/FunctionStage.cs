using Hspi.Backends.Cuda.Card;

namespace Hspi.Backends.Cuda.Stages;

/// <summary>The special-function unit, where its rounding shows.</summary>
internal sealed class FunctionStage : ICardStage
{
    /// <inheritdoc/>
    public string Name => "functions";

    /// <inheritdoc/>
    public string What => "ex2, lg2, rcp, rsqrt and fast logf of 4097 inputs each";

    /// <inheritdoc/>
    public int Share => 10;

    /// <inheritdoc/>
    public Task<CardReport> AskAsync(StageContext context, CardReport report, CancellationToken cancellationToken)
    {
        List<FunctionAnswers> functions = [.. FunctionProbe.Ask(context.Card)];
        context.Progress.Report($"{functions.Count} functions asked");
        return Task.FromResult(report with { Functions = functions });
    }
}
