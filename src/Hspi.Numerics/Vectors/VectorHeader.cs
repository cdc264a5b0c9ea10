using System.Text.Json;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Vectors;

/// <summary>What a header line, or a probe's own fields, say about the unit that is meant.</summary>
/// <param name="A">Left format.</param>
/// <param name="B">Right format.</param>
/// <param name="D">Format of addend and result.</param>
/// <param name="Instruction">Everything that the line says of instruction, path and kind, in one text.</param>
/// <param name="Terms">Its <c>k</c>, or null.</param>
internal sealed record VectorHeader(NumberFormat A, NumberFormat B, NumberFormat D, string Instruction, int? Terms)
{
    public static VectorHeader Read(JsonElement line)
    {
        var a = Format(line, "a_type") ?? throw new FormatException("\"a_type\" is missing; say fp16, bf16, e4m3 or another known type.");
        var b = Format(line, "b_type") ?? a;
        var d = Format(line, "d_type") ?? throw new FormatException("\"d_type\" is missing; say fp32, fp16 or fp64.");
        var c = Format(line, "c_type") ?? d;
        if (c != d)
        {
            throw new FormatException($"\"c_type\" {c} and \"d_type\" {d} differ; every unit adds in the format of its output.");
        }

        var said = from name in (string[])["path", "instr", "name", "kind", "scale_type", "sa_type", "note"]
                   let text = Text(line, name)
                   where text is not null
                   select name == "note" && !text.Contains("mma.sync", StringComparison.Ordinal) ? "" : text;
        return new(a, b, d, string.Join(" | ", said), line.TryGetProperty("k", out var k) ? k.GetInt32() : null);
    }

    /// <summary>The row of the table for one generation.</summary>
    public (KnownUnit Row, MatrixUnit Unit) Resolve(Architecture architecture, string pathHint, int scales, int terms)
    {
        var text = pathHint.Length > 0 ? pathHint : Instruction;
        var path = InstructionPaths.Parse(text);
        var scaling = Scaling(scales, terms);
        // A path that the chip does not have for these types (WMMA on CUDA cores is not one) is the caller's mistake.
        var row = KnownUnits.Find(architecture, A, B, D, path, scaling)
            ?? throw new FormatException(
                $"no unit of {architecture} multiplies {A} by {B} into {D}{(path is null ? "" : $" through {path}")}"
                + $"{(scaling == BlockScaling.None ? "" : $" with {scaling} scales")}; see \"hspi units list\".");
        var instruction = InstructionPaths.Terms(Instruction) ?? Math.Min(Terms ?? row.InstructionTerms, row.InstructionTerms);
        return (row, row.WithInstructionTerms(instruction));
    }

    private BlockScaling Scaling(int scales, int terms)
    {
        if (scales == 0)
        {
            return BlockScaling.None;
        }

        if (Instruction.Contains("mxf8f6f4", StringComparison.Ordinal))
        {
            return BlockScaling.Mx;
        }

        if (Instruction.Contains("ue4m3", StringComparison.Ordinal) || Instruction.Contains("nvfp4", StringComparison.Ordinal))
        {
            return BlockScaling.NvFp4;
        }

        if (Instruction.Contains("mxf4", StringComparison.Ordinal) || Instruction.Contains("mxfp4", StringComparison.Ordinal))
        {
            return BlockScaling.MxFp4;
        }

        // Not said: FP4 in instructions of 64 products is mxf4nvf4, and 16 products per scale is NVFP4's way.
        return A != KnownFormats.E2M1 || B != KnownFormats.E2M1 || (Terms ?? terms) % 64 != 0 ? BlockScaling.Mx
            : terms / scales == 16 ? BlockScaling.NvFp4
            : BlockScaling.MxFp4;
    }

    private static NumberFormat? Format(JsonElement line, string name) => Text(line, name) is not { } text ? null
        : KnownFormats.Find(text) ?? throw new FormatException(
            $"\"{name}\" is \"{text}\", a type that is not known; known are {string.Join(", ", KnownFormats.All.Select(one => one.Name))}.");

    public static string? Text(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
