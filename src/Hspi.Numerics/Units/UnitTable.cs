using Hspi.Numerics.Formats;
using static Hspi.Numerics.Formats.KnownFormats;
using static Hspi.Numerics.Units.InstructionPath;

namespace Hspi.Numerics.Units;

/// <summary>The table: what differs between GPU generations, one line per generation and kind of input.</summary>
/// <remarks>Source tags: MS MMA-Sim (arXiv 2511.10909); LE Khattak and Mikaitis (arXiv 2512.07004) with published GPU outputs;
/// FP fpy's re-implementation; FA Fasi et al. 2021; WK wangkui0508's Hopper model; IS the GitHub issues cutlass#1986, DeepGEMM#37, SageAttention#287.</remarks>
internal static class UnitTable
{
    private const string Fp16Zero =
        "e_zero: MMA-Sim says 3 - F, the Leeds model one more. Seen only where C = 0 and the sum is about 2^-25 (probes ezero_43 to ezero_48).";

    private const string Fp8Fp16Zero = "Whether e_zero can be seen with FP8 inputs is open.";
    private const string OneModel = "Rests on one model.";
    private const string Fp6 = "FP6 is not in MMA-Sim's code; its paper's table groups it with FP8 and FP4.";
    private const string MmaSyncFp32 =
        "FP32 output is checked on B200 rows only, FP16 output on H100 and H200 too. ptxas 12.4 and 12.5 compile FP32 output for sm_90 as two sums apart, joined by an addition.";
    private const string Blocked = "Rests on one hardware-validated model and three consistent re-implementations.";
    private const string NanAddend = "A NaN or infinite C is dropped where the largest product exponent is above 24, as in MMA-Sim's code; no hardware row shows it.";

    public static IEnumerable<KnownUnit> Rows()
    {
        //                  inputs              output paths                k   L   F  e_zero  rounds to      source        confidence, disputed
        var volta = new UnitRows("volta");
        yield return volta.Fused(Fp16, Fp16, Fp32, [MmaSync], 4, 4, 23, -131, Fp32, "MS LE FA", Confidence.A);
        yield return volta.Fused(Fp16, Fp16, Fp16, [MmaSync], 4, 4, 23, -20, Fp16, "MS LE", Confidence.A, Fp16Zero);
        yield return volta.Ieee(Fp32, [CudaCores], 1, "CUDA programming guide", Confidence.B);

        var turing = new UnitRows("turing");
        yield return turing.Fused(Fp16, Fp16, Fp32, [MmaSync], 8, 8, 24, -132, Fp32, "MS FA", Confidence.B);
        yield return turing.Fused(Fp16, Fp16, Fp16, [MmaSync], 8, 8, 24, -21, Fp16, "MS", Confidence.C, Fp16Zero);
        yield return turing.Ieee(Fp32, [CudaCores], 1, "CUDA programming guide", Confidence.B);

        var ampere = new UnitRows("ampere");
        yield return ampere.Fused(Fp16, Fp16, Fp32, [MmaSync], 16, 8, 24, -132, Fp32, "MS LE FA", Confidence.A);
        yield return ampere.Fused(Bf16, Bf16, Fp32, [MmaSync], 16, 8, 24, -132, Fp32, "MS LE FA", Confidence.A);
        yield return ampere.Fused(Tf32, Tf32, Fp32, [MmaSync], 8, 4, 24, -132, Fp32, "MS LE", Confidence.A);
        yield return ampere.Fused(Fp16, Fp16, Fp16, [MmaSync], 16, 8, 24, -21, Fp16, "MS LE", Confidence.A, Fp16Zero);
        yield return ampere.Ieee(Fp64, [MmaSync], 16, "MS LE", Confidence.B);
        yield return ampere.Ieee(Fp32, [CudaCores], 1, "CUDA programming guide", Confidence.B);

        var ada = new UnitRows("ada");
        yield return ada.Fused(Fp16, Fp16, Fp32, [MmaSync], 16, 8, 24, -132, Fp32, "MS LE", Confidence.A);
        yield return ada.Fused(Bf16, Bf16, Fp32, [MmaSync], 16, 8, 24, -132, Fp32, "MS LE", Confidence.A);
        yield return ada.Fused(Tf32, Tf32, Fp32, [MmaSync], 8, 4, 24, -132, Fp32, "MS LE", Confidence.A);
        yield return ada.Fused(Fp16, Fp16, Fp16, [MmaSync], 16, 8, 24, -21, Fp16, "MS LE", Confidence.A, Fp16Zero);
        foreach (var (a, b) in Pairs(E4M3, E5M2))
        {
            yield return ada.Fused(a, b, Fp32, [MmaSync], 32, 16, 13, -132, E8M13, "MS LE IS", Confidence.A);
            yield return ada.Fused(a, b, Fp16, [MmaSync], 32, 16, 13, -21, Fp16, "MS LE", Confidence.A, Fp8Fp16Zero);
        }

        yield return ada.Ieee(Fp64, [MmaSync], 16, "as Ampere (PTX: mma .f64 from sm_80)", Confidence.C, "Not measured on this generation.");
        yield return ada.Ieee(Fp32, [CudaCores], 1, "CUDA programming guide", Confidence.B);

        var hopper = new UnitRows("hopper");
        yield return hopper.Fused(Fp16, Fp16, Fp32, [Wgmma, MmaSync], 16, 16, 25, -133, Fp32, "MS LE", Confidence.A);
        yield return hopper.Fused(Bf16, Bf16, Fp32, [Wgmma, MmaSync], 16, 16, 25, -133, Fp32, "MS LE", Confidence.A);
        yield return hopper.Fused(Tf32, Tf32, Fp32, [Wgmma, MmaSync], 8, 8, 25, -133, Fp32, "MS LE", Confidence.B, "Published rows have four products, so L = 8 rests on the models.");
        yield return hopper.Fused(Fp16, Fp16, Fp16, [MmaSync], 16, 16, 25, -22, Fp16, "MS LE", Confidence.A, Fp16Zero);
        yield return hopper.Fused(Fp16, Fp16, Fp16, [Wgmma], 16, 16, 25, -133, Fp16, "MS", Confidence.C, Fp16Zero);
        foreach (var (a, b) in Pairs(E4M3, E5M2))
        {
            yield return hopper.Fused(a, b, Fp32, [Wgmma], 32, 32, 13, -133, E8M13, "MS LE WK IS", Confidence.A);
            yield return hopper.Fused(a, b, Fp16, [Wgmma], 32, 32, 13, -133, Fp16, "MS", Confidence.C, OneModel);
            yield return hopper.Emulated(a, b, Fp32, -133, "LE IS", Confidence.C, MmaSyncFp32);
            yield return hopper.Emulated(a, b, Fp16, -22, "LE IS", Confidence.A, Fp16Zero);
        }

        yield return hopper.Ieee(Fp64, [MmaSync], 16, "MS LE", Confidence.B);
        yield return hopper.Ieee(Fp32, [CudaCores], 1, "CUDA programming guide", Confidence.B);

        var blackwell = new UnitRows("blackwell");
        yield return blackwell.Fused(Fp16, Fp16, Fp32, [Tcgen05, MmaSync], 16, 16, 25, -133, Fp32, "MS LE", Confidence.A);
        yield return blackwell.Fused(Bf16, Bf16, Fp32, [Tcgen05, MmaSync], 16, 16, 25, -133, Fp32, "MS LE", Confidence.A);
        yield return blackwell.Fused(Tf32, Tf32, Fp32, [Tcgen05, MmaSync], 8, 8, 25, -133, Fp32, "MS LE", Confidence.B);
        yield return blackwell.Fused(Fp16, Fp16, Fp16, [MmaSync], 16, 16, 25, -22, Fp16, "MS LE", Confidence.A, Fp16Zero);
        yield return blackwell.Fused(Fp16, Fp16, Fp16, [Tcgen05], 16, 16, 25, -133, Fp16, "MS", Confidence.C, Fp16Zero);
        foreach (var (a, b) in Pairs(E4M3, E5M2))
        {
            yield return blackwell.Emulated(a, b, Fp32, -133, "LE IS", Confidence.A);
            yield return blackwell.Emulated(a, b, Fp16, -22, "LE IS", Confidence.A, Fp16Zero);
        }

        foreach (var row in NarrowInputs(blackwell, Tcgen05, fp16Zero: -133))
        {
            yield return row;
        }

        yield return blackwell.Ieee(Fp64, [MmaSync], 16, "MS LE", Confidence.B);
        yield return blackwell.Ieee(Fp32, [CudaCores], 1, "CUDA programming guide", Confidence.B);

        var rtx = new UnitRows("rtxblackwell");
        yield return rtx.Fused(Fp16, Fp16, Fp32, [MmaSync], 16, 16, 25, -133, Fp32, "MS LE", Confidence.C);
        yield return rtx.Fused(Bf16, Bf16, Fp32, [MmaSync], 16, 16, 25, -133, Fp32, "MS LE", Confidence.C);
        yield return rtx.Fused(Tf32, Tf32, Fp32, [MmaSync], 8, 8, 25, -133, Fp32, "MS LE", Confidence.C);
        yield return rtx.Fused(Fp16, Fp16, Fp16, [MmaSync], 16, 16, 25, -22, Fp16, "MS LE", Confidence.C, Fp16Zero);
        foreach (var row in NarrowInputs(rtx, MmaSync, fp16Zero: -22))
        {
            yield return row;
        }

        yield return rtx.Ieee(Fp64, [MmaSync], 16, "as data-centre Blackwell (PTX: mma .f64 from sm_80)", Confidence.C, "Not measured on this generation.");
        yield return rtx.Ieee(Fp32, [CudaCores], 1, "CUDA programming guide", Confidence.B);

        var cdna1 = new UnitRows("cdna1");
        yield return cdna1.Amd(new MatrixUnit.Exact(Fp16, 4), Mfma, 16, "MS LE", Confidence.B);
        yield return cdna1.Amd(new MatrixUnit.Exact(Bf16, 2), Mfma, 8, "MS LE", Confidence.B);
        yield return cdna1.Ieee(Fp32, [Mfma], 4, "MS", Confidence.B);

        var cdna2 = new UnitRows("cdna2");
        yield return cdna2.Amd(new MatrixUnit.FlushedPairwise(Fp16, 4), Mfma, 16, "MS LE", Confidence.B);
        yield return cdna2.Amd(new MatrixUnit.FlushedPairwise(Bf16, 2), Mfma, 8, "MS", Confidence.C, OneModel);
        yield return cdna2.Amd(new MatrixUnit.FlushedPairwise(Bf16, 4), Mfma1k, 16, "MS LE", Confidence.B);
        yield return cdna2.Ieee(Fp64, [Mfma], 4, "MS", Confidence.C, OneModel);
        yield return cdna2.Ieee(Fp32, [Mfma], 4, "MS", Confidence.C, OneModel);

        var cdna3 = new UnitRows("cdna3");
        yield return cdna3.Amd(new MatrixUnit.RoundedDown(Fp16, Fp16, 8, Interleaved: false), Mfma, 16, "MS LE FP", Confidence.B);
        yield return cdna3.Amd(new MatrixUnit.RoundedDown(Bf16, Bf16, 8, Interleaved: false), Mfma, 16, "MS LE FP", Confidence.B);
        yield return cdna3.Amd(new MatrixUnit.RoundedDown(Tf32, Tf32, 4, Interleaved: false), Mfma, 8, "MS LE FP", Confidence.B);
        foreach (var (a, b) in Pairs(Fp8, Bf8))
        {
            yield return cdna3.Amd(new MatrixUnit.RoundedDown(a, b, 16, Interleaved: true), Mfma, 32, "MS LE FP", Confidence.B, NanAddend);
        }

        yield return cdna3.Ieee(Fp64, [Mfma], 4, "MS", Confidence.C, OneModel);
        yield return cdna3.Ieee(Fp32, [Mfma], 4, "MS", Confidence.C, OneModel);
    }

    // f8f6f4, mxf8f6f4 and mxf4nvf4: the same on both Blackwells, but for the path and e_zero of FP16 sums.
    private static IEnumerable<KnownUnit> NarrowInputs(UnitRows rows, InstructionPath path, int fp16Zero)
    {
        foreach (var (a, b) in Pairs(E4M3, E5M2, E3M2, E2M3, E2M1))
        {
            var six = IsFp6(a) || IsFp6(b);
            var confidence = path == Tcgen05 && !six ? Confidence.B : Confidence.C;
            yield return rows.Fused(a, b, Fp32, [path], 32, 32, 25, -133, Fp32, "MS WK", confidence, six ? Fp6 : null);
            yield return rows.Fused(a, b, Fp16, [path], 32, 32, 25, fp16Zero, Fp16, "MS", Confidence.C, six ? Fp6 : OneModel);
            yield return rows.Scaled(a, b, path, "MS FP WK", Confidence.C, six ? Fp6 : Blocked);
        }

        yield return rows.GroupScaled(Ue8M0, path, "MS FP", Confidence.C, OneModel);
        yield return rows.GroupScaled(Ue4M3, path, "MS FP", Confidence.C, OneModel);
    }

    private static bool IsFp6(NumberFormat format) => format == E3M2 || format == E2M3;

    private static IEnumerable<(NumberFormat A, NumberFormat B)> Pairs(params NumberFormat[] formats) =>
        from a in formats from b in formats select (a, b);
}
