using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Native;

namespace Hspi.Cuda.Reports;

/// <summary>What one card answered, and how far the computed units agree: the file that comes back from its host.</summary>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Origin">Whether a card answered.</param>
/// <param name="Card">The card; for a sample, a made-up one.</param>
/// <param name="Driver">Version of the kernel driver; empty when not known.</param>
/// <param name="CublasLt">File and version of the library; null when absent or not asked yet.</param>
/// <param name="Runtime">File and version of the CUDA runtime library, or why there is none.</param>
/// <param name="Date">Day of the first run, ISO 8601, by the host's clock.</param>
/// <param name="Seed">Seed of all operands.</param>
public sealed record CardReport(
    string Format, [property: JsonRequired] CardOrigin Origin, CudaCard Card, string Driver, string? CublasLt, string Runtime, string Date, ulong Seed)
{
    /// <summary>Name and version of this file format.</summary>
    public const string CurrentFormat = "hspi-card@2";

    /// <summary>How each topic that ran ended, in their order. Files say "stages", as the first ones did.</summary>
    [JsonPropertyName("stages")]
    public IReadOnlyList<TopicOutcome> Topics { get; init; } = [];

    /// <summary>One entry per matrix instruction.</summary>
    public IReadOnlyList<InstructionAgreement> Instructions { get; init; } = [];

    /// <summary>One entry per matrix instruction and source of hand-made questions.</summary>
    public IReadOnlyList<ProbeAgreement> Probes { get; init; } = [];

    /// <summary>One entry per cuBLASLt product.</summary>
    public IReadOnlyList<ProductAgreement> Products { get; init; } = [];

    /// <summary>One entry per function of the special-function unit.</summary>
    public IReadOnlyList<FunctionAnswers> Functions { get; init; } = [];

    /// <summary>One entry per way of running the decoder and batch.</summary>
    public IReadOnlyList<DecoderAnswers> Decoder { get; init; } = [];

    /// <summary>One entry per operation of the decoder, in the order of the network.</summary>
    public IReadOnlyList<OperationAgreement> Operations { get; init; } = [];

    /// <summary>What was not asked, and why.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>Whether the table of units gives every answer of the matrix instructions; products and networks have no single right answer.</summary>
    [JsonIgnore]
    public bool Agrees => Instructions.All(one => one.Agreeing == one.Cases) && Probes.All(one => one.Agreeing == one.Asked);

    /// <summary>Whether every topic that ran asked all of its questions.</summary>
    [JsonIgnore]
    public bool IsWhole => Topics.All(topic => topic.End == TopicEnd.Done);

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

        // A required field that is absent reads as null, whatever its type says.
        if (report is not { Format: CurrentFormat, Origin: CardOrigin.Measured or CardOrigin.Sample, Card: not null, Topics: not null, Instructions: not null, Probes: not null, Products: not null }
            || report is not { Functions: not null, Decoder: not null, Operations: not null, Skipped: not null })
        {
            throw new HspiException($"{source}: not a {CurrentFormat} file. Give the report.json that hspi-card wrote.");
        }

        return report;
    }
}

/// <summary>How one topic of a run ended.</summary>
/// <param name="Name">Its name.</param>
/// <param name="End">Whether all of it was asked.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Why">What failed; empty otherwise.</param>
public sealed record TopicOutcome(string Name, [property: JsonRequired] TopicEnd End, double Seconds, string Why)
{
    /// <summary>One line for a person.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}: {(End == TopicEnd.OutOfTime ? "out of time" : End == TopicEnd.Failed ? "failed" : "done")} after {Seconds} s{(Why.Length > 0 ? ": " : "")}{Why}");
}

/// <summary>How far a topic came.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TopicEnd>))]
public enum TopicEnd
{
    /// <summary>It could not be asked.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Time was over; what had been asked until then is kept.</summary>
    [JsonStringEnumMemberName("out of time")] OutOfTime,

    /// <summary>Everything was asked.</summary>
    [JsonStringEnumMemberName("done")] Done,
}

/// <summary>How often the computed unit gave the card's bits.</summary>
/// <param name="Name">The instruction (<see cref="Kernels.MatrixInstruction.Name"/>).</param>
/// <param name="Mnemonic">As the PTX manual spells it.</param>
/// <param name="Unit">The row of the table it was compared with.</param>
/// <param name="Cases">Outputs compared.</param>
/// <param name="Agreeing">Outputs with the same bits; two NaNs agree.</param>
/// <param name="Nans">Outputs that are NaN on the card.</param>
/// <param name="CanonicalNans">Those of them with the bits that the table expects: 7fffffff, 7fff.</param>
/// <param name="Others">Agreement with what else the instruction might compute, where the table has a doubt.</param>
/// <param name="Mismatches">The first few disagreements.</param>
public sealed record InstructionAgreement(
    string Name, string Mnemonic, string Unit, long Cases, long Agreeing, long Nans, long CanonicalNans,
    IReadOnlyList<ModelAgreement> Others, IReadOnlyList<Mismatch> Mismatches);

/// <summary>How many outputs a model gives the card's bits of.</summary>
/// <param name="Model">The model.</param>
/// <param name="Agreeing">Outputs.</param>
public sealed record ModelAgreement(string Model, long Agreeing);

/// <summary>One output on which card and computation disagree; all values as hex bit patterns.</summary>
/// <param name="A">Row of A, ascending k.</param>
/// <param name="B">Column of B, ascending k.</param>
/// <param name="C">The addend.</param>
/// <param name="Card">What the card gave.</param>
/// <param name="Computed">What the table gives.</param>
public sealed record Mismatch(IReadOnlyList<string> A, IReadOnlyList<string> B, string C, string Card, string Computed);

/// <summary>Hand-made questions, asked of one instruction.</summary>
/// <param name="Instruction">Its name.</param>
/// <param name="Source">Where the questions come from: <see cref="Numerics"/>, or the name of a vector file.</param>
/// <param name="Asked">How many.</param>
/// <param name="Agreeing">How many the table answers with the same bits; two NaNs agree.</param>
/// <param name="Others">Agreement with what else the instruction might compute, where the table has a doubt.</param>
/// <param name="Answers">Every answer to a numeric probe; of a vector file, the first that disagree.</param>
public sealed record ProbeAgreement(
    string Instruction, string Source, int Asked, int Agreeing, IReadOnlyList<ModelAgreement> Others, IReadOnlyList<ProbeAnswer> Answers)
{
    /// <summary>Source of the numeric probes.</summary>
    public const string Numerics = "probes/numerics";
}

/// <summary>The answer to one question, as hex bit patterns.</summary>
/// <param name="Id">The question.</param>
/// <param name="Card">What the card gave.</param>
/// <param name="Computed">What the table gives.</param>
public sealed record ProbeAnswer(string Id, string Card, string Computed);

/// <summary>One library product, and which model of its summation gives the card's bits.</summary>
/// <param name="Types">Name of the types (<see cref="CublasLtTypes.Name"/>).</param>
/// <param name="M">Rows of D.</param>
/// <param name="N">Columns of D.</param>
/// <param name="K">Length of each sum.</param>
/// <param name="Choice">The kernel that the library chose; null when it had none.</param>
/// <param name="Outputs">Outputs compared.</param>
/// <param name="Models">Outputs with the same bits, by name of the reduction, the plain chain first.</param>
public sealed record ProductAgreement(
    string Types, int M, int N, int K, CublasLtChoice? Choice, long Outputs, IReadOnlyList<ModelAgreement> Models);

/// <summary>Answers of one function, in the order of its inputs.</summary>
/// <param name="Name">Name of the function, such as <c>lg2_approx</c>.</param>
/// <param name="Inputs">Which inputs: <c>1+n*2^-23, n=0..4096</c>.</param>
/// <param name="Bits">Outputs as hex bit patterns of fp32.</param>
public sealed record FunctionAnswers(string Name, string Inputs, IReadOnlyList<string> Bits);

/// <summary>The decoder's answers to the prompts, under one precision and batch.</summary>
/// <param name="Platform">Its columns.</param>
/// <param name="File">File of the rows, beside the report.</param>
/// <param name="Prompts">Prompts answered.</param>
/// <param name="Unsupported">Prompts that the library had no kernel for.</param>
public sealed record DecoderAnswers(string Platform, string File, int Prompts, int Unsupported);

/// <summary>One operation of the decoder, card against computation, over some prompts.</summary>
/// <param name="Precision">The precision column, with the kernels column behind a slash where there is one.</param>
/// <param name="Batch">Sequences together.</param>
/// <param name="Phase"><c>prefill</c> or <c>decode</c>.</param>
/// <param name="Operation">Name of the weights, or <c>layer_0/attention/scores</c>, <c>…/mix</c>.</param>
/// <param name="Outputs">Outputs compared, after rounding to the element format (the head: as computed).</param>
/// <param name="SameInputs">Equal bits when the computation is given the card's own inputs: this product alone.</param>
/// <param name="EndToEnd">Equal bits when the computed network runs alone, from the same tokens: what came before is counted too.</param>
public sealed record OperationAgreement(
    string Precision, int Batch, string Phase, string Operation, long Outputs, long SameInputs, long EndToEnd);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CardReport))]
internal sealed partial class CardJson : JsonSerializerContext;
