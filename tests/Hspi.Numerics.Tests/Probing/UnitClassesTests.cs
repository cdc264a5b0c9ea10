using System.Runtime.CompilerServices;
using Hspi.Numerics.Probing;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Probing;

/// <summary>The classes that the literature says can and cannot be told apart, against those computed from the table.</summary>
public sealed class UnitClassesTests
{
    private static readonly Lazy<IReadOnlyList<NumericProbe>> Probes = new(() => NumericProbeFile.ReadFolder(Folder()));

    [Theory]
    [InlineData("fp16_fp32", "volta | turing ampere ada | hopper blackwell rtxblackwell | cdna1 | cdna2 | cdna3")]
    [InlineData("bf16_fp32", "ampere ada | hopper blackwell rtxblackwell | cdna1 | cdna2 | cdna2_1k | cdna3")]
    [InlineData("tf32_fp32", "ampere ada | hopper blackwell rtxblackwell | cdna3")]
    [InlineData("e4m3_fp32", "ada | hopper | hopper_mmasync blackwell_mmasync | blackwell rtxblackwell")]
    [InlineData("e5m2_fp32", "ada | hopper | hopper_mmasync blackwell_mmasync | blackwell rtxblackwell")]
    [InlineData("e4m3xe5m2_fp32", "ada | hopper | hopper_mmasync blackwell_mmasync | blackwell rtxblackwell")]
    [InlineData("fp16_fp16", "volta | turing ampere ada | hopper hopper_wgmma blackwell blackwell_tcgen05 rtxblackwell")]
    [InlineData("e2m1_fp32", "blackwell rtxblackwell")]
    [InlineData("mxfp4_fp32", "blackwell rtxblackwell")]
    [InlineData("nvfp4_fp32", "blackwell rtxblackwell")]
    [InlineData("fp64_fp64", "ampere ada hopper blackwell rtxblackwell cdna2 cdna3")]
    public void The_probes_separate_exactly_what_can_be_told_apart(string type, string expected)
    {
        var classes = UnitClasses.Compute(Probes.Value)[type];

        var computed = classes.Select(one => string.Join(' ', one.Rows.Select(Short).Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal);
        var promised = expected.Split(" | ").Select(one => string.Join(' ', one.Split(' ').Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal);
        Assert.Equal(promised, computed);
    }

    [Fact]
    public void Classes_that_hold_different_definitions_are_split_by_disputed_probes_or_say_so()
    {
        var fp16 = UnitClasses.Compute(Probes.Value)["fp16_fp16"].Single(one => one.Rows.Any(row => row.Architecture.Name == "hopper"));

        Assert.False(fp16.ByDefinition);
        Assert.Contains("fp16_fp16_ezero_48", fp16.OnlyDisputed);
    }

    [Fact]
    public void Every_row_is_asked_by_some_probe()
    {
        var silent = KnownUnits.All.Where(row => !Probes.Value.Any(probe => probe.Fits(row))).Select(row => row.Name);

        Assert.Equal([], silent);
    }

    [Fact]
    public void Every_unit_is_named_from_its_own_answers()
    {
        foreach (var row in KnownUnits.All)
        {
            var answers = Probes.Value.Where(probe => probe.Fits(row)).ToDictionary(probe => probe.Id, probe => probe.Ask(row.Unit));

            Assert.Contains(row, UnitIdentification.Of(Probes.Value, answers).Fitting);
        }
    }

    [Fact]
    public void An_unknown_unit_is_named_none_and_described_by_what_it_showed()
    {
        var ampere = (MatrixUnit.TruncatedFused)KnownUnits.Find("ampere_fp16_fp32")!.Unit;
        var unknown = ampere with { Terms = 4, FractionBits = 26 };
        var answers = Probes.Value.Where(probe => probe.Id.StartsWith("fp16_fp32", StringComparison.Ordinal)).ToDictionary(probe => probe.Id, probe => probe.Ask(unknown));

        var found = UnitIdentification.Of(Probes.Value, answers);

        Assert.Empty(found.Fitting);
        Assert.Contains("fp16 × fp16 → fp32: keeps 26 bits below the largest exponent, and not 28", found.Seen);
        Assert.Contains("fp16 × fp16 → fp32: block of 4 products", found.Seen);
        Assert.Contains("fp16 × fp16 → fp32: rounds toward zero", found.Seen);
    }

    // hopper_e4m3_fp32_mmasync -> hopper_mmasync
    private static string Short(KnownUnit row)
    {
        var parts = row.Name.Split('_');
        return parts[^1] is "mmasync" or "wgmma" or "tcgen05" ? $"{parts[0]}_{parts[^1]}" : parts.Contains("1k") ? $"{parts[0]}_1k" : parts[0];
    }

    private static string Folder([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "probes", "numerics"));
}
