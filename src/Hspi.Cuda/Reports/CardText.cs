using System.Text;
using Hspi.Cuda.Cards;

namespace Hspi.Cuda.Reports;

/// <summary>A card report for a person: agreement as n of m, disagreements with their bits.</summary>
public static class CardText
{
    /// <summary>One block per kind of question.</summary>
    public static string Render(CardReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(report.Origin == CardOrigin.Measured
            ? $"{report.Card.Name} (sm_{report.Card.ComputeCapability}, {report.Card.Multiprocessors} SMs), driver {(report.Driver.Length > 0 ? report.Driver : "not known")}, CUDA {report.Card.CudaVersion}, {report.Date}"
            : "GENERATED SAMPLE: made up to test this program; it says nothing of any card");
        foreach (var topic in report.Topics)
        {
            text.AppendLine($"  {topic}");
        }

        Instructions(text, report);
        Probes(text, report);
        Products(text, report);
        foreach (var function in report.Functions)
        {
            text.AppendLine($"Function {function.Name}: {function.Bits.Count} answers at {function.Inputs}");
        }

        foreach (var decoder in report.Decoder)
        {
            text.AppendLine($"Decoder, {decoder.Prompts} prompts{(decoder.Unsupported > 0 ? $", {decoder.Unsupported} of them without a kernel" : "")}: {decoder.Platform}");
        }

        OperationText.Append(text, report.Operations);
        text.AppendLine().AppendLine(report.Origin == CardOrigin.Measured ? "Open points" : "Open points, as a card with these answers would settle them");
        foreach (var point in OpenPoint.Of(report))
        {
            text.AppendLine($"  {(point.Settled ? "settled" : "open   ")}  {point.Name}: {point.How}");
        }

        foreach (var skipped in report.Skipped)
        {
            text.AppendLine($"Not asked: {skipped}");
        }

        return text.ToString().TrimEnd();
    }

    private static void Instructions(StringBuilder text, CardReport report)
    {
        if (report.Instructions.Count > 0)
        {
            text.AppendLine().AppendLine("Matrix instructions, card against computed unit");
        }

        foreach (var one in report.Instructions)
        {
            text.AppendLine($"  {one.Agreeing} of {one.Cases}  {one.Mnemonic}  ({one.Unit})");
            foreach (var other in one.Others.Where(other => other.Agreeing > one.Agreeing))
            {
                text.AppendLine($"    nearer: {other.Model}, {other.Agreeing} of {one.Cases}");
            }

            foreach (var wrong in one.Mismatches.Take(1))
            {
                text.AppendLine($"    first: card {wrong.Card}, computed {wrong.Computed}, c {wrong.C}");
                text.AppendLine($"           a {string.Join(' ', wrong.A)}");
                text.AppendLine($"           b {string.Join(' ', wrong.B)}");
            }
        }
    }

    private static void Probes(StringBuilder text, CardReport report)
    {
        if (report.Probes.Count > 0)
        {
            text.AppendLine().AppendLine("Hand-made questions, card against computed unit");
        }

        foreach (var one in report.Probes)
        {
            text.AppendLine($"  {one.Agreeing} of {one.Asked}  {one.Instruction}, {one.Source}");
            foreach (var wrong in one.Answers.Where(answer => answer.Card != answer.Computed).Take(3))
            {
                text.AppendLine($"    {wrong.Id}: card {wrong.Card}, computed {wrong.Computed}");
            }
        }
    }

    private static void Products(StringBuilder text, CardReport report)
    {
        if (report.Products.Count > 0)
        {
            text.AppendLine().AppendLine($"Library products ({report.CublasLt})");
        }

        foreach (var types in report.Products.GroupBy(one => one.Types))
        {
            var asked = types.Where(one => one.Choice is not null).ToList();
            var explained = asked.Count(one => one.Models.Any(model => model.Agreeing == one.Outputs));
            var plain = asked.Count(one => one.Models[0].Agreeing == one.Outputs);
            var none = types.Count() - asked.Count;
            text.AppendLine($"  {types.Key}: every output explained by one model in {explained} of {asked.Count} shapes, by one chain in {plain}{(none > 0 ? $"; no kernel for {none}" : "")}");
        }
    }
}
