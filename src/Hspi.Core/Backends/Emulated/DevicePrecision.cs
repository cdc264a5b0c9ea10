using Hspi.Networks.Interpreter;
using Hspi.Numerics.Formats;
using Hspi.Numerics.Units;

namespace Hspi.Backends.Emulated;

/// <summary>A precision as servers mean it: what the products of linear layers take in, and the 16-bit format of everything else.</summary>
/// <param name="Name">The precision column.</param>
/// <param name="Elements">Format of values between operators, of attention, and of the head where layers are narrower.</param>
/// <param name="Inputs">Formats that a card may have for it: the first that its generation has a unit for.</param>
/// <param name="Scaling">Block scales.</param>
internal sealed record DevicePrecision(string Name, ElementFormat Elements, IReadOnlyList<NumberFormat> Inputs, BlockScaling Scaling = BlockScaling.None)
{
    /// <summary>float16 throughout.</summary>
    public static DevicePrecision Fp16 { get; } = new("fp16", ElementFormat.Float16, [KnownFormats.Fp16]);

    /// <summary>bfloat16 throughout.</summary>
    public static DevicePrecision Bf16 { get; } = new("bf16", ElementFormat.BFloat16, [KnownFormats.Bf16]);

    /// <summary>E4M3 products; AMD's CDNA3 has the FNUZ kind of it.</summary>
    public static DevicePrecision Fp8 { get; } = new("fp8", ElementFormat.BFloat16, [KnownFormats.E4M3, KnownFormats.Fp8]);

    /// <summary>E4M3 products with a scale for each block of the OCP MX format.</summary>
    public static DevicePrecision MxFp8 { get; } = new("mxfp8", ElementFormat.BFloat16, [KnownFormats.E4M3], BlockScaling.Mx);

    /// <summary>E2M1 products with a scale for each block of the OCP MX format.</summary>
    public static DevicePrecision MxFp4 { get; } = new("mxfp4", ElementFormat.BFloat16, [KnownFormats.E2M1], BlockScaling.MxFp4);

    /// <summary>E2M1 products with NVIDIA's scales.</summary>
    public static DevicePrecision NvFp4 { get; } = new("nvfp4", ElementFormat.BFloat16, [KnownFormats.E2M1], BlockScaling.NvFp4);

    /// <summary>The unit of the linear layers on a card.</summary>
    /// <exception cref="InvalidOperationException">Its generation has none.</exception>
    public MatrixUnit LinearOn(EmulatedDevice device) => Find(device, Inputs, Scaling);

    /// <summary>The unit of attention, and of the head where layers are narrower.</summary>
    public MatrixUnit SixteenBitsOn(EmulatedDevice device) =>
        Find(device, [Elements == ElementFormat.Float16 ? KnownFormats.Fp16 : KnownFormats.Bf16], BlockScaling.None);

    /// <summary>Whether layers take in something narrower than what flows between them.</summary>
    public bool IsQuantised => Inputs[0].StorageBits <= 8;

    private MatrixUnit Find(EmulatedDevice device, IReadOnlyList<NumberFormat> inputs, BlockScaling scaling)
    {
        var architecture = Architecture.All.Single(architecture => architecture.Name == device.Architecture);
        return inputs
            .Select(input => KnownUnits.Find(architecture, input, input, KnownFormats.Fp32, input == KnownFormats.Bf16 ? device.BrainPath : null, scaling))
            .FirstOrDefault(row => row is not null)?.Unit
            ?? throw new InvalidOperationException($"{device.Name} has no unit for {Name}.");
    }
}
