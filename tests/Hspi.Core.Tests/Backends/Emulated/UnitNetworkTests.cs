using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hspi.Backends;
using Hspi.Backends.Emulated;
using Hspi.Networks.Building;
using Hspi.Networks.Interpreter;
using Hspi.Networks.Onnx;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Reductions;
using Hspi.Numerics.Units;

namespace Hspi.Core.Tests.Backends.Emulated;

/// <summary>Whole networks and their products on every unit of the table.</summary>
public sealed class UnitNetworkTests
{
    private const string TargetVariable = "HSPI_NETWORK_HASH_FILE";
    private const int Rows = 3;
    private const int Columns = 5;

    private static readonly DecoderSize Size = new(Vocabulary: 48, Width: 64, Layers: 1, Heads: 2, KeyHeads: 1, Hidden: 128, Context: 16);
    private static readonly OnnxModel Decoder = DecoderGraph.Build(Size, seed: 3);

    public static TheoryData<string> Architectures => [.. KnownUnits.All.Select(row => row.Architecture.Name).Distinct()];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_decoder_runs_on_every_unit_and_gives_the_same_bytes_twice(string architecture)
    {
        foreach (var row in KnownUnits.All.Where(row => row.Architecture.Name == architecture))
        {
            foreach (var parallel in (string[])["", "splitk=2"])
            {
                var once = Logits(EmulatedPrecision.OfUnit(row, "bf16", parallel, threads: 1));

                Assert.True(once.All(float.IsFinite), $"{row.Name} {parallel}");
                Assert.Equal(once, Logits(EmulatedPrecision.OfUnit(row, "bf16", parallel, threads: 2)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Products_are_the_plain_definition_on_the_quantised_operands(string architecture)
    {
        foreach (var row in KnownUnits.All.Where(row => row.Architecture.Name == architecture).DistinctBy(row => row.Unit))
        {
            foreach (var (reduction, terms) in (ReadOnlySpan<(string, int)>)[("chain", 77), ("splitk=2", 200)])
            {
                var chance = new Random(terms);
                float[] a = [.. Enumerable.Range(0, Rows * terms).Select(_ => Some(chance))], b = [.. Enumerable.Range(0, terms * Columns).Select(_ => Some(chance))];
                var arithmetic = UnitArithmetic.Of(row.Unit, ElementFormat.Float32, ReductionText.Parse(reduction), threads: 1);
                var (once, prepared) = (new float[Rows * Columns], new float[Rows * Columns]);

                arithmetic.Multiply(a, Rows, terms, b, Columns, once);
                using var weights = arithmetic.Prepare(b, terms, Columns);
                weights.Multiply(a, Rows, prepared);

                Assert.Equal(Plain(row.Unit, reduction, a, b, terms), once);
                Assert.Equal(once, prepared);
            }
        }
    }

    [Theory]
    [InlineData("fp32", "ampere_fp16_fp32")]
    [InlineData("bf16", "hopper_fp16_fp32")]
    [InlineData("fp16", "hopper_bf16_fp32")]
    public void Values_of_another_format_are_rounded_to_the_operands(string rest, string name)
    {
        var unit = KnownUnits.Find(name)!.Unit;
        float[] a = [1 + MathF.ScaleB(1, -9), 3], b = [1, MathF.ScaleB(1, -12) + 1];
        var d = new float[1];

        UnitArithmetic.Of(unit, EmulatedPrecision.Rests[rest], new Reduction.SingleChain(), threads: 1).Multiply(a, 1, 2, b, 1, d);

        Assert.Equal([unit.A.Quantize(a[0]) + 3], d);
    }

    [Theory]
    [InlineData("b200", "fp8")]
    [InlineData("b200", "mxfp8")]
    [InlineData("b200", "mxfp4")]
    [InlineData("b200", "nvfp4")]
    [InlineData("rtx5090", "fp8")]
    [InlineData("rtx5090", "mxfp8")]
    [InlineData("rtx5090", "mxfp4")]
    [InlineData("rtx5090", "nvfp4")]
    [InlineData("mi300x", "fp8")]
    public void A_narrower_precision_of_a_device_is_not_its_bf16(string name, string precision)
    {
        var device = EmulatedDevice.All.Single(device => device.Name == name);

        var narrow = Logits(EmulatedPrecision.Of(device, device.Precision(precision), "", "", threads: 1));

        Assert.NotEqual(Logits(EmulatedPrecision.Of(device, DevicePrecision.Bf16, "", "", threads: 1)), narrow);
        Assert.Equal(narrow, Logits(EmulatedPrecision.Of(device, device.Precision(precision), "", "", threads: 2)));
    }

    [Fact]
    public void A_reduction_reaches_weights_and_attention_on_a_unit_and_weights_alone_on_a_device()
    {
        var row = KnownUnits.Find("hopper_bf16_fp32")!;
        var device = EmulatedDevice.All.Single(device => device.Name == "h100");
        float[] a = [.. Enumerable.Repeat(1f, 64), MathF.ScaleB(1, -24)], b = [.. Enumerable.Repeat(1f, 65)];

        var unit = EmulatedPrecision.OfUnit(row, "bf16", "splitk=2:serial-bf16", threads: 1);
        var card = EmulatedPrecision.Of(device, DevicePrecision.Bf16, "", "splitk=2:serial-bf16", threads: 1);

        Assert.Equal(64, One(unit.Products, a, b));
        Assert.Equal(64, One(unit.For("layer_0/query"), a, b));
        Assert.Equal(64, One(card.For("layer_0/query"), a, b));
        Assert.Equal(64 + MathF.ScaleB(1, -17), One(card.Products, [.. Enumerable.Repeat(1f, 64), MathF.ScaleB(1, -17)], b));
        Assert.Equal(64, One(unit.Products, [.. Enumerable.Repeat(1f, 64), MathF.ScaleB(1, -17)], b));
    }

    [Fact]
    public void Tensor_parallelism_divides_only_layers_whose_input_is_divided()
    {
        var row = KnownUnits.Find("hopper_bf16_fp32")!;
        // Rounded to bf16 on the wire: 1 + 2^-10 becomes 1.
        float[] a = [1, MathF.ScaleB(1, -10), 0, 0], b = [1, 1, 1, 1];

        var precision = EmulatedPrecision.OfUnit(row, "bf16", "tp=2:bf16", threads: 1);

        Assert.Equal(1, One(precision.For("layer_0/attention/output"), a, b));
        Assert.Equal(1, One(precision.For("layer_0/down"), a, b));
        Assert.Equal(1 + MathF.ScaleB(1, -10), One(precision.For("layer_0/attention/query"), a, b));
        Assert.Equal(1 + MathF.ScaleB(1, -10), One(precision.Products, a, b));
    }

    [Theory]
    [InlineData("lanes=8")]
    [InlineData("sliced=2/32")]
    [InlineData("promoted=48")]
    public void Block_scales_refuse_a_reduction_that_takes_blocks_apart(string reduction)
    {
        var arithmetic = UnitArithmetic.Of(KnownUnits.Find("blackwell_nvfp4_fp32")!.Unit, ElementFormat.BFloat16, ReductionText.Parse(reduction), threads: 1);

        var error = Assert.Throws<HspiException>(() => arithmetic.Prepare(new float[128], 128, 1));

        Assert.Contains("cuts at multiples of 64", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    public async Task Networks_have_the_same_bits_without_an_instruction_set(string variable)
    {
        var file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!)
            {
                RedirectStandardOutput = true,
                ArgumentList = { "-method", $"{typeof(UnitNetworkTests).FullName}.{nameof(All_networks_have_the_same_hash_twice)}" },
                Environment = { [variable] = "0", [TargetVariable] = file },
            };
            using var child = Process.Start(start)!;
            var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(child.ExitCode == 0, output);
            Assert.Equal(HashOfNetworks(), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void All_networks_have_the_same_hash_twice()
    {
        var once = HashOfNetworks();

        Assert.Equal(once, HashOfNetworks());
        // As a child of the other test: this is how it learns the hash.
        if (Environment.GetEnvironmentVariable(TargetVariable) is { } file)
        {
            File.WriteAllText(file, once);
        }
    }

    private static string HashOfNetworks()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var row in KnownUnits.All.DistinctBy(row => row.Unit))
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(Logits(EmulatedPrecision.OfUnit(row, "bf16", "", threads: 1))));
        }

        foreach (var device in EmulatedDevice.All)
        {
            foreach (var precision in device.OnRequest)
            {
                hash.AppendData(MemoryMarshal.AsBytes<float>(Logits(EmulatedPrecision.Of(device, precision, "", "", threads: 1))));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static float[] Logits(Precision precision)
    {
        using var session = new GraphSession(Decoder, precision);
        return [.. new DecoderSession(session, Size).Read([1, 7, 30, 12, 5]).SelectMany(position => position.ToArray())];
    }

    private static float One(IMatrixArithmetic arithmetic, float[] a, float[] b)
    {
        var d = new float[1];
        arithmetic.Multiply(a, 1, a.Length, b, 1, d);
        return d[0];
    }

    private static float Some(Random chance) => (float)((chance.NextDouble() - 0.5) * Math.Pow(2, chance.Next(-3, 4)));

    // The same from the definitions of Hspi.Numerics alone, output by output: quantise, sum, scale.
    private static float[] Plain(MatrixUnit unit, string reduction, float[] a, float[] b, int terms)
    {
        var d = new float[Rows * Columns];
        var whole = Line(unit.B, unit, b, terms);
        for (var row = 0; row < Rows; row++)
        {
            var left = a.AsSpan(row * terms, terms).ToArray();
            var leftScale = Line(unit.A, unit, left, terms);
            for (var column = 0; column < Columns; column++)
            {
                float[] right = [.. Enumerable.Range(0, terms).Select(k => b[(k * Columns) + column])];
                var sum = KnownUnits.ScalingOf(unit) == BlockScaling.None
                    ? Sum(unit, reduction, [.. left.Select(value => Operand(unit.A, value, leftScale))], [.. right.Select(value => Operand(unit.B, value, whole))])
                    : ScaledSum(unit, reduction, Blocks(unit, unit.A, left, leftScale), Blocks(unit, unit.B, right, whole));
                d[(row * Columns) + column] = sum * whole * leftScale;
            }
        }

        return d;
    }

    // The scale of a row or of all weights; 1 where the unit's operands have none, or one for each block and no other.
    private static float Line(NumberFormat format, MatrixUnit unit, float[] values, int terms)
    {
        var largest = values.Max(MathF.Abs);
        return KnownUnits.ScalingOf(unit) switch
        {
            BlockScaling.NvFp4 => largest / (448 * 6),
            BlockScaling.None when format.StorageBits <= 8 && unit.D == KnownFormats.Fp16 =>
                largest / Math.Min(format.Largest, Numbers(format).Where(number => number * number * terms <= 65504).Max()),
            BlockScaling.None when format == KnownFormats.Fp8 => largest / 224,
            BlockScaling.None when format.StorageBits <= 8 => largest / format.Largest,
            _ => 1,
        };
    }

    private static IEnumerable<float> Numbers(NumberFormat format) =>
        Enumerable.Range(0, 1 << (format.StorageBits - 1)).Select(code => format.Decode((ulong)code)).Where(number => number.Kind == NumberKind.Finite).Select(number => (float)number.ToDouble());

    private static Number Operand(NumberFormat format, float value, float scale) => format.FromSingle(
        format == KnownFormats.Fp64 || format == KnownFormats.Tf32 ? value : format.Quantize(value / scale, saturate: format.StorageBits <= 8));

    private static float Sum(MatrixUnit unit, string reduction, Number[] left, Number[] right) =>
        (float)ReducedSum.Of(unit, ReductionText.Parse(reduction).Schedule(new TermRange(0, left.Length)), left, right).ToDouble();

    private static float ScaledSum(MatrixUnit unit, string reduction, Quantised left, Quantised right)
    {
        // Two slices of a multiple of 64 terms, joined in fp32; a chain is one.
        var terms = left.Values.Length;
        var slice = reduction == "chain" ? terms : ((terms + 63) / 64 + 1) / 2 * 64;
        float? sum = null;
        for (var first = 0; first < terms; first += slice)
        {
            var (a, b) = (left.Part(first, slice), right.Part(first, slice));
            var part = (float)unit.Chain(a.Values, b.Values, a.Scales, b.Scales, Number.Zero(false)).ToDouble();
            sum = sum is { } before ? before + part : part;
        }

        return sum!.Value;
    }

    private static Quantised Blocks(MatrixUnit unit, NumberFormat format, float[] values, float tensor)
    {
        var (size, scale) = KnownUnits.ScalingOf(unit) == BlockScaling.NvFp4 ? (16, KnownFormats.Ue4M3) : (32, KnownFormats.Ue8M0);
        // mxf4nvf4 takes 64 terms or none.
        var padded = unit is MatrixUnit.GroupScaledFused ? (values.Length + 63) / 64 * 64 : values.Length;
        Array.Resize(ref values, padded);
        List<Number> numbers = [];
        List<Number> scales = [];
        foreach (var block in values.Chunk(size))
        {
            var largest = block.Max(MathF.Abs);
            var own = scale == KnownFormats.Ue4M3
                ? scale.Quantize(largest / (6 * tensor), saturate: true)
                : largest == 0 ? 1 : (float)Math.Pow(2, Math.Floor(Math.Log2(largest)) - Math.Floor(Math.Log2(format.Largest)));
            scales.Add(scale.FromSingle(own));
            numbers.AddRange(block.Select(value => format.FromSingle(own == 0 ? 0 : format.Quantize(value / (own * tensor), saturate: true))));
        }

        return new Quantised([.. numbers], [.. scales], size);
    }

    private sealed record Quantised(Number[] Values, Number[] Scales, int BlockTerms)
    {
        public Quantised Part(int first, int count)
        {
            var end = Math.Min(Values.Length, first + count);
            return new(Values[first..end], Scales[(first / BlockTerms)..((end + BlockTerms - 1) / BlockTerms)], BlockTerms);
        }
    }
}
