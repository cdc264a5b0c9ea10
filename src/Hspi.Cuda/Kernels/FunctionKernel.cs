namespace Hspi.Cuda.Kernels;

/// <summary>PTX text that evaluates one fp32 function of the special-function unit on an array: d[i] = f(a[i]).</summary>
/// <remarks>
/// These are the units behind softmax, RMSNorm and log-probabilities. <c>__logf(x)</c> of CUDA C is <c>lg2.approx</c> times
/// ln 2 rounded to fp32 (CUDA C Programming Guide, "Intrinsic Functions"), so it needs no compiler; accurate <c>logf</c>
/// is library code and is compiled on the card's own host.
/// </remarks>
internal static class FunctionKernel
{
    /// <summary>Name and instructions of each function; input <c>%x</c>, output <c>%y</c>.</summary>
    public static IReadOnlyList<(string Name, string Instructions)> All { get; } =
    [
        ("ex2_approx", "ex2.approx.f32 %y, %x;"),
        ("lg2_approx", "lg2.approx.f32 %y, %x;"),
        ("rcp_approx", "rcp.approx.f32 %y, %x;"),
        ("rsqrt_approx", "rsqrt.approx.f32 %y, %x;"),
        ("fast_logf", "lg2.approx.f32 %y, %x; mul.rn.f32 %y, %y, 0f3F317218;"),
    ];

    /// <summary>The kernel's text; parameters a, b (unused), c (unused), d, tiles = number of elements; one thread each.</summary>
    public static string Text(string name, string instructions) =>
        PtxText.Header("6.3", "sm_70") + PtxText.Entry(name) + "\n" +
        $$"""
          .reg .f32 %x, %y;
          mov.u32 %thread, %tid.x;
          mov.u32 %tile, %ctaid.x;
          mov.u32 %n, %ntid.x;
          mad.lo.u32 %tile, %tile, %n, %thread;
          ld.param.u32 %n, [tiles];
          setp.ge.u32 %outside, %tile, %n;
          @%outside bra done;
          mul.wide.u32 %wide, %tile, 4;
          ld.param.u64 %pa, [a];
          add.u64 %pa, %pa, %wide;
          ld.param.u64 %pc, [d];
          add.u64 %pc, %pc, %wide;
          ld.global.f32 %x, [%pa];
          {{instructions}}
          st.global.f32 [%pc], %y;
        done:
          ret;
        }
        """;
}
