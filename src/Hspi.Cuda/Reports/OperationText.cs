using System.Text;

namespace Hspi.Cuda.Reports;

/// <summary>The decoder operation by operation: how far the computed network predicts the card's.</summary>
internal static class OperationText
{
    private const string Head = "head/weight";

    /// <summary>One paragraph per precision and batch: agreement of products, of logits, and the first difference in each layer.</summary>
    public static void Append(StringBuilder text, IReadOnlyList<OperationAgreement> operations)
    {
        if (operations.Count > 0)
        {
            text.AppendLine().AppendLine("Operations of the decoder, card against the computed network");
        }

        foreach (var run in operations.GroupBy(one => (one.Precision, one.Batch, one.Phase)))
        {
            var (outputs, same) = (run.Sum(one => one.Outputs), run.Sum(one => one.SameInputs));
            text.AppendLine($"  {run.Key.Precision}, batch {run.Key.Batch}, {run.Key.Phase}: products on the card's own inputs {same} of {outputs}; logits end to end {Of(run.Where(one => one.Operation == Head), one => one.EndToEnd)}");
            foreach (var wrong in run.Where(one => one.SameInputs < one.Outputs))
            {
                text.AppendLine($"    differs by itself: {wrong.Operation}, {wrong.SameInputs} of {wrong.Outputs} agree");
            }

            foreach (var layer in run.GroupBy(one => one.Operation.Split('/')[0]))
            {
                if (layer.FirstOrDefault(one => one.EndToEnd < one.Outputs) is { } first)
                {
                    text.AppendLine($"    first difference in {layer.Key}: {first.Operation}, {first.EndToEnd} of {first.Outputs} agree end to end");
                }
            }
        }
    }

    private static string Of(IEnumerable<OperationAgreement> some, Func<OperationAgreement, long> agreeing)
    {
        var all = some.ToList();
        return $"{all.Sum(agreeing)} of {all.Sum(one => one.Outputs)}";
    }
}
