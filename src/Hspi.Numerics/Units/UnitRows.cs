using Hspi.Numerics.Formats;

namespace Hspi.Numerics.Units;

/// <summary>Writes rows of one generation; the names follow the vector files: architecture, inputs, output, path.</summary>
internal sealed class UnitRows(string architecture)
{
    private readonly Architecture _architecture = Architecture.Find(architecture)
        ?? throw new ArgumentException($"No architecture {architecture}.", nameof(architecture));

    public KnownUnit Fused(
        NumberFormat a, NumberFormat b, NumberFormat d, InstructionPath[] paths, int instructionTerms, int terms, int fractionBits,
        int zeroExponent, NumberFormat output, string source, Confidence confidence, string? disputed = null)
    {
        var unit = Truncated(a, b, d, terms, fractionBits, zeroExponent, output);
        // Where a chip has two arithmetics for the same types, the path that probes call by the bare name has no suffix.
        var second = a == KnownFormats.Fp16 && d == KnownFormats.Fp16 && paths[0] is (InstructionPath.Wgmma or InstructionPath.Tcgen05);
        var suffix = second ? $"_{paths[0].ToString().ToLowerInvariant()}" : "";
        return Row(Pair(a, b), suffix, paths, instructionTerms, unit, source, confidence, disputed);
    }

    public KnownUnit Emulated(NumberFormat a, NumberFormat b, NumberFormat d, int zeroExponent, string source, Confidence confidence, string? disputed = null)
    {
        var inner = Truncated(KnownFormats.Fp16, KnownFormats.Fp16, d, 16, 25, zeroExponent, d);
        return Row(Pair(a, b), "_mmasync", [InstructionPath.MmaSync], 32, new MatrixUnit.EmulatedMmaSync(a, b, inner), source, confidence, disputed);
    }

    public KnownUnit Scaled(NumberFormat a, NumberFormat b, InstructionPath path, string source, Confidence confidence, string disputed)
    {
        var inner = Truncated(a, b, KnownFormats.Fp32, 32, 25, -133, KnownFormats.Fp32);
        return Row("mx" + Pair(a, b), "", [path], 32, new MatrixUnit.ScaledTruncatedFused(inner), source, confidence, disputed);
    }

    public KnownUnit GroupScaled(NumberFormat scale, InstructionPath path, string source, Confidence confidence, string disputed) =>
        Row(scale == KnownFormats.Ue4M3 ? "nvfp4" : "mxfp4", "", [path], 64, new MatrixUnit.GroupScaledFused(scale, 35, -139), source, confidence, disputed);

    public KnownUnit Ieee(NumberFormat input, InstructionPath[] paths, int instructionTerms, string source, Confidence confidence, string? disputed = null) =>
        Row(input.Name, "", paths, instructionTerms, new MatrixUnit.IeeeChain(input), source, confidence, disputed);

    public KnownUnit Amd(MatrixUnit unit, InstructionPath path, int instructionTerms, string source, Confidence confidence, string? disputed = null)
    {
        var inputs = unit.A == KnownFormats.Tf32 ? "xf32" : Pair(unit.A, unit.B);
        return Row(path == InstructionPath.Mfma1k ? inputs + "_1k" : inputs, "", [path], instructionTerms, unit, source, confidence, disputed);
    }

    private static MatrixUnit.TruncatedFused Truncated(
        NumberFormat a, NumberFormat b, NumberFormat d, int terms, int fractionBits, int zeroExponent, NumberFormat output) =>
        new(a, b, d, terms, fractionBits, zeroExponent, output, d == KnownFormats.Fp16 ? RoundingMode.NearestEven : RoundingMode.TowardZero);

    private static string Pair(NumberFormat a, NumberFormat b) => a == b ? a.Name : $"{a.Name}x{b.Name}";

    private KnownUnit Row(
        string inputs, string suffix, InstructionPath[] paths, int instructionTerms, MatrixUnit unit, string source, Confidence confidence, string? disputed) =>
        new($"{_architecture.Name}_{inputs}_{unit.D.Name}{suffix}", _architecture, paths, instructionTerms, unit, source, confidence, disputed)
        {
            DataType = $"{inputs.Replace("_1k", "", StringComparison.Ordinal).Replace("xf32", "tf32", StringComparison.Ordinal)}_{unit.D.Name}",
        };
}
