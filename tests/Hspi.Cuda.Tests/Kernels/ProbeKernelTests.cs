using System.Text.RegularExpressions;
using Hspi.Cuda.Kernels;
using Hspi.Numerics.Units;

namespace Hspi.Cuda.Tests.Kernels;

/// <summary>What the manual fixes in numbers; <see cref="PtxAssemblyTests"/> hold the rest where an assembler is installed.</summary>
public sealed partial class ProbeKernelTests
{
    public static TheoryData<string> Names => [.. MatrixInstruction.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_kernel_loads_each_byte_of_its_operands_once_per_row_of_the_tile(string name)
    {
        var instruction = MatrixInstruction.All.Single(one => one.Name == name);
        if (instruction.Path != InstructionPath.MmaSync)
        {
            return; // copied through shared memory by all threads, 16 bytes each
        }

        var loads = Loads().Matches(MmaSyncKernel.Text(instruction)).Select(match => match.Groups["base"].Value + match.Groups["offset"].Value).ToList();
        var aBytes = loads.Count(load => load.StartsWith("%pa", StringComparison.Ordinal)) * (instruction.AType == "f64" ? 8 : 4) * 32;

        Assert.Equal(instruction.M * instruction.RowBytes, aBytes);
        Assert.Equal(loads.Count, loads.Distinct().Count());
    }

    // The register counts of PTX ISA 9.7.14.5 for m16n8k16 with f16 operands and f32 accumulators: 4, 2, 4, 4.
    [Fact]
    public void The_half_precision_instruction_is_written_as_in_the_manual()
    {
        var text = MmaSyncKernel.Text(MatrixInstruction.All[0]);

        Assert.Contains("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", text, StringComparison.Ordinal);
        Assert.Contains("{%d0,%d1,%d2,%d3}, {%a0,%a1,%a2,%a3}, {%b0,%b1}, {%c0,%c1,%c2,%c3};", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wgmma_k16_f16_f16_f32", "%da, %db, %yes, 1, 1, 0, 0;")] // only 16-bit operands can be transposed
    [InlineData("wgmma_k8_tf32_tf32_f32", "%da, %db, %yes, 1, 1;")]
    [InlineData("wgmma_k32_e4m3_e5m2_f32", "%da, %db, %yes, 1, 1;")]
    public void Warpgroup_instructions_carry_the_immediates_of_their_type(string name, string ending)
    {
        var text = WgmmaKernel.Text(MatrixInstruction.All.Single(one => one.Name == name));

        Assert.Contains(ending, text, StringComparison.Ordinal);
        Assert.Contains(".target sm_90a", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_register_is_used_that_is_not_declared(string name)
    {
        var instruction = MatrixInstruction.All.Single(one => one.Name == name);
        var text = ProbeKernel.Of(instruction).Text;

        var declared = Declared(text);
        var used = Registers().Matches(text).Select(match => match.Value).Where(register => register is not "%tid.x" and not "%ctaid.x" and not "%ntid.x");

        Assert.Empty(used.Where(register => !declared.Contains(register)).Distinct());
    }

    // An assembler reads "%tid.x" as a part of a register %tid, where there is one; so did every kernel once.
    [Theory]
    [MemberData(nameof(Names))]
    public void No_register_is_called_like_a_special_one(string name)
    {
        var text = ProbeKernel.Of(MatrixInstruction.All.Single(one => one.Name == name)).Text;

        Assert.Empty(Declared(text).Intersect(["%tid", "%ntid", "%laneid", "%warpid", "%nwarpid", "%ctaid", "%nctaid", "%smid", "%nsmid", "%gridid", "%clock", "%pm0"]));
    }

    private static HashSet<string> Declared(string text) => Declarations().Matches(text)
        .SelectMany(match => match.Groups["names"].Value.Split(',', StringSplitOptions.TrimEntries))
        .SelectMany(Expand)
        .ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Expand(string declared)
    {
        var at = declared.IndexOf('<', StringComparison.Ordinal);
        return at < 0
            ? [declared]
            : Enumerable.Range(0, int.Parse(declared[(at + 1)..^1])).Select(i => declared[..at] + i).Append(declared[..at]);
    }

    [GeneratedRegex(@"ld\.global\.\w+ %\w+, \[(?<base>%p[ab])\+(?<offset>\d+)\]")]
    private static partial Regex Loads();

    [GeneratedRegex(@"\.reg \.\w+ (?<names>[^;]+);")]
    private static partial Regex Declarations();

    [GeneratedRegex(@"%[a-z]+\d*(\.x)?")]
    private static partial Regex Registers();
}
