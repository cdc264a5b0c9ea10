using System.Text.Json;
using System.Text.Json.Serialization;
using Hspi.Backends.Cuda.Native;

namespace Hspi.Backends.Cuda.Card;

/// <summary>What one card answered, and how far the computed units agree: the file that comes back from its host.</summary>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Origin"><c>measured</c> on a card, or <c>generated-sample</c>: made up to test readers, says nothing of any card.</param>
/// <param name="Card">The card; for a sample, a made-up one.</param>
/// <param name="CublasLt">File and version of the library; null when absent.</param>
/// <param name="Runtime">File and version of the CUDA runtime library, or why there is none.</param>
/// <param name="Date">Day of the run, ISO 8601, by the host's clock.</param>
/// <param name="Seed">Seed of all operands.</param>
/// <param name="Instructions">One entry per matrix instruction.</param>
/// <param name="Products">One entry per cuBLASLt product.</param>
/// <param name="Functions">One entry per function of the special-function unit.</param>
/// <param name="Skipped">What was not asked, and why.</param>
public sealed record CardReport(
    string Format,
    string Origin,
    CudaCard Card,
    string? CublasLt,
    string Runtime,
    string Date,
    ulong Seed,
    IReadOnlyList<InstructionAgreement> Instructions,
    IReadOnlyList<ProductAgreement> Products,
    IReadOnlyList<FunctionAnswers> Functions,
    IReadOnlyList<string> Skipped)
{
    /// <summary>Name and version of this file format.</summary>
    public const string CurrentFormat = "hspi-card@1";

    /// <summary>The report as JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CardJson.Default.CardReport);

    /// <summary>Reads a report.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="HspiException">It is not a card report of this format.</exception>
    public static CardReport Parse(string json, string source)
    {
        CardReport? report;
        try
        {
            report = JsonSerializer.Deserialize(json, CardJson.Default.CardReport);
        }
        catch (JsonException wrong)
        {
            throw new HspiException($"{source}: not a card report: {wrong.Message} Give the report.json that hspi-card wrote.", wrong);
        }

        if (report is not { Format: CurrentFormat } || report.Origin is not ("measured" or "generated-sample")
            || report.Instructions is null || report.Products is null || report.Functions is null || report.Skipped is null || report.Card is null)
        {
            throw new HspiException($"{source}: not a {CurrentFormat} file. Give the report.json that hspi-card wrote.");
        }

        return report;
    }
}

/// <summary>How often the computed unit gave the card's bits.</summary>
/// <param name="Name">The instruction (<see cref="Kernels.MatrixInstruction.Name"/>).</param>
/// <param name="Mnemonic">As the PTX manual spells it.</param>
/// <param name="Unit">The row of the table it was compared with.</param>
/// <param name="Cases">Outputs compared.</param>
/// <param name="Agreeing">Outputs with the same bits; two NaNs agree.</param>
/// <param name="Mismatches">The first few disagreements.</param>
public sealed record InstructionAgreement(
    string Name, string Mnemonic, string Unit, long Cases, long Agreeing, IReadOnlyList<Mismatch> Mismatches);

/// <summary>One output on which card and computation disagree; all values as hex bit patterns.</summary>
/// <param name="A">Row of A, ascending k.</param>
/// <param name="B">Column of B, ascending k.</param>
/// <param name="C">The addend.</param>
/// <param name="Card">What the card gave.</param>
/// <param name="Computed">What the table gives.</param>
public sealed record Mismatch(IReadOnlyList<string> A, IReadOnlyList<string> B, string C, string Card, string Computed);

/// <summary>One library product, and which model of its summation gives the card's bits.</summary>
/// <param name="Types">Name of the types (<see cref="CublasLtTypes.Name"/>).</param>
/// <param name="M">Rows of D.</param>
/// <param name="N">Columns of D.</param>
/// <param name="K">Length of each sum.</param>
/// <param name="Choice">The kernel that the library chose; null when it had none.</param>
/// <param name="Outputs">Outputs compared.</param>
/// <param name="AgreeingByModel">Outputs with the same bits, by name of the reduction.</param>
public sealed record ProductAgreement(
    string Types, int M, int N, int K, CublasLtChoice? Choice, long Outputs, IReadOnlyDictionary<string, long> AgreeingByModel);

/// <summary>Answers of one function, in the order of its inputs.</summary>
/// <param name="Name">Name of the function, such as <c>lg2_approx</c>.</param>
/// <param name="Inputs">Which inputs: <c>1+n*2^-23, n=0..4096</c>.</param>
/// <param name="Bits">Outputs as hex bit patterns of fp32.</param>
public sealed record FunctionAnswers(string Name, string Inputs, IReadOnlyList<string> Bits);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CardReport))]
internal sealed partial class CardJson : JsonSerializerContext;
