using System.Text;

namespace Hspi.Backends.Cuda.Card;

/// <summary>A card report for a person: agreement as n of m, disagreements with their bits.</summary>
public static class CardText
{
    /// <summary>One block per kind of question.</summary>
    public static string Render(CardReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(report.Origin == "measured"
            ? $"{report.Card.Name} (sm_{report.Card.ComputeCapability}, {report.Card.Multiprocessors} SMs), CUDA {report.Card.CudaVersion}, {report.Date}"
            : "GENERATED SAMPLE: made up to test this program; it says nothing of any card");
        text.AppendLine();
        text.AppendLine("Matrix instructions, card against computed unit");
        foreach (var one in report.Instructions)
        {
            text.AppendLine($"  {one.Agreeing} of {one.Cases}  {one.Mnemonic}  ({one.Unit})");
            foreach (var wrong in one.Mismatches.Take(1))
            {
                text.AppendLine($"    first: card {wrong.Card}, computed {wrong.Computed}, c {wrong.C}");
                text.AppendLine($"           a {string.Join(' ', wrong.A)}");
                text.AppendLine($"           b {string.Join(' ', wrong.B)}");
            }
        }

        if (report.Products.Count > 0)
        {
            text.AppendLine().AppendLine($"Library products ({report.CublasLt})");
            foreach (var types in report.Products.GroupBy(one => one.Types))
            {
                var explained = types.Count(one => one.AgreeingByModel.Values.Any(agreeing => agreeing == one.Outputs));
                text.AppendLine($"  {types.Key}: every output explained by one model in {explained} of {types.Count()} shapes");
            }
        }

        foreach (var function in report.Functions)
        {
            text.AppendLine($"Function {function.Name}: {function.Bits.Count} answers at {function.Inputs}");
        }

        foreach (var skipped in report.Skipped)
        {
            text.AppendLine($"Not asked: {skipped}");
        }

        return text.ToString().TrimEnd();
    }
}
