using Hspi.Readers.Lattice;

namespace Hspi.Evaluation.Simulation;

/// <summary>Measures whether the lattice reader's probabilities are true: of the answers that it calls 16-bit with 99 %, 99 % should be.</summary>
public static class CalibrationSweep
{
    private static readonly double[] Bins = [0.5, 0.9, 0.95, 0.99, 0.999, 1.1];

    /// <summary>Share of right best guesses by the probability that was stated, named or not, as rows of a Markdown table.</summary>
    /// <remarks>Equally many answers of each head; those whose best guess is fp32 are left out, as nearly all are certain and right.</remarks>
    /// <param name="answers">Answers per kind and head.</param>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="cancellationToken">Stops between answers.</param>
    public static IEnumerable<string> Rows(int answers, ulong seed, CancellationToken cancellationToken)
    {
        yield return "| alternatives | tokens | logits | 0.5 – 0.9 | 0.9 – 0.95 | 0.95 – 0.99 | 0.99 – 0.999 | 0.999 – 1 |";
        yield return "|---|---|---|---|---|---|---|---|";
        var cells = ReaderSweep.HeadCells().Concat(ReaderSweep.HeldOutCells()).Where(cell => !cell.Coarse && cell.Tokens < ReaderSweep.CertainTokens);
        foreach (var group in cells.GroupBy(cell => (cell.Alternatives, cell.Tokens, Kind(cell))))
        {
            var (right, all) = (new int[Bins.Length - 1], new int[Bins.Length - 1]);
            foreach (var cell in group)
            {
                Parallel.For(0, answers, new ParallelOptions { CancellationToken = cancellationToken }, () => new RequestLattice(), (i, _, lattice) =>
                {
                    var (bf16, fp16, fp32) = lattice.Judge(ReaderSweep.Answer(cell, i, seed)).Posterior();
                    var stated = Math.Max(bf16, fp16);
                    var bin = stated > fp32 ? Array.FindLastIndex(Bins, least => stated >= least) : -1;
                    if (bin >= 0)
                    {
                        Interlocked.Increment(ref all[bin]);
                        Interlocked.Add(ref right[bin], (bf16 > fp16 ? Head.Bf16 : Head.Fp16) == cell.Head ? 1 : 0);
                    }

                    return lattice;
                }, _ => { });
            }

            var shares = all.Select((count, bin) => count == 0 ? "–" : $"{ReaderSweep.Percent((double)right[bin] / count)} of {count}");
            yield return $"| {group.Key.Alternatives} | {group.Key.Tokens} | {group.Key.Item3} | {string.Join(" | ", shares)} |";
        }
    }

    private static string Kind(ReaderSweep.Cell cell) =>
        (cell.Shape is LogitShape.Student or LogitShape.Zipf ? "held out" : cell.Shape.ToString().ToLowerInvariant()) + (cell.Offset ? ", offset" : cell.Processed ? ", divided by temperature" : ", around 0");
}
