using System.Text;
using Hspi.Core.Tests.Fuzzing;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Reports;
using Hspi.Datasets;
using Hspi.Networks;
using Hspi.Networks.Onnx;
using Hspi.Networks.Text;
using Hspi.Numerics.Probing;
using Hspi.Numerics.Vectors;
using Hspi.Tests;

namespace Hspi.Cuda.Tests;

/// <summary>Damaged vectors, answers of units, rows of a card, networks and tokenizers, seeded: each is read or refused with words, in bounded time and memory.</summary>
public sealed class DamagedInputTests
{
    private static readonly string[] Vectors =
    [
        """{"meta":true,"arch":"hopper","a_type":"e4m3","d_type":"fp32","k":4,"path":"wgmma"}""" + "\n" + """{"id":"x","a":["38","30","00","b8"],"b":["38","38","7e","38"],"c":"00000000","d":"00000000"}""",
        """{"id":"fp16_fp32_eq10","a_type":"fp16","b_type":"fp16","d_type":"fp32","a":["3c00","b800"],"b":["3c00","3c00"],"c":"00000000","expect":{"volta":"3f000000","hopper":"3f000000"}}""",
    ];

    private static readonly string[] Answers = ["""{"id": "fp16_fp32_eq10", "d": "bf400000"}""", """{"id": "e4m3_fp32_eq10", "d": "3f800000"}""" + "\n" + """{"id": "x", "d": "0"}"""];

    [Fact]
    public void Damaged_vectors_are_computed_or_refused() => Run("vectors", 12, 11, mutator =>
    {
        foreach (var one in VectorFile.Read("v.jsonl", Lines(mutator.Text(Vectors[mutator.Next(2)], Vectors))))
        {
            try
            {
                one.Compute();
            }
            catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
            {
                // `units check` names the line.
            }
        }
    });

    [Fact]
    public void Damaged_answers_of_units_are_read_or_refused() => Run("answers", 12, 12, mutator =>
        NumericAnswerFile.Read("a.jsonl", Lines(mutator.Text(Answers[mutator.Next(2)], Answers))));

    [Fact]
    public void Damaged_rows_of_a_card_are_read_or_refused()
    {
        var rows = CardRows.Write(CardOrigin.Sample, [new DatasetRow { Engine = "e", ProbeHash = new string('a', 64), LogitIds = [1, 2], LogitBits = [3, 4], LogitCount = 5, OriginWord = "measured" }]);
        Run("card rows", 12, 13, mutator =>
        {
            foreach (var row in CardRows.Read("r.jsonl", Lines(mutator.Text(rows, [rows])), out _))
            {
                _ = row.Platform.ToString();
            }
        });
    }

    [Fact]
    public void Damaged_networks_are_read_or_refused()
    {
        var network = OnnxWriter.Write(NetworkLibrary.Default().Matmul);
        Run("networks", 12, 14, mutator => OnnxReader.Read(mutator.Bytes(network), "n.onnx"));
    }

    [Fact]
    public void Damaged_tokenizers_are_read_or_refused()
    {
        var tokenizer = File.ReadAllText(Repository.PathOf("trained/networks/tokenizer.json"));
        Run("tokenizers", 60, 15, mutator => Tokenizer.Parse(string.Join('\n', Lines(mutator.Text(tokenizer, Answers))), "t.json").Encode("Words: one, two"));
    }

    /// <summary>As they come out of a file: half a surrogate pair cannot.</summary>
    private static string[] Lines(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Split('\n');

    private static void Run(string what, int parts, ulong seed, Action<Mutator> attack) =>
        DamagedInputs.Run(what, DamagedInputs.Cases / parts, seed, attack, refused => refused is HspiException or VectorFormatException);
}
