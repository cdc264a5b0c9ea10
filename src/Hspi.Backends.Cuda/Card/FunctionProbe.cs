using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hspi.Backends.Cuda.Kernels;
using Hspi.Backends.Cuda.Native;

namespace Hspi.Backends.Cuda.Card;

/// <summary>Asks the card's special-function unit where its rounding shows.</summary>
internal static class FunctionProbe
{
    private const int Count = 4097;

    /// <summary>The answers of every function of <see cref="FunctionKernel.All"/>.</summary>
    public static IEnumerable<FunctionAnswers> Ask(CudaDriver driver)
    {
        foreach (var (name, instructions) in FunctionKernel.All)
        {
            var kernel = driver.LoadKernel(FunctionKernel.Text(name, instructions), name);
            var (description, inputs) = InputsOf(name);
            var bytes = MemoryMarshal.AsBytes(inputs.AsSpan());
            var from = driver.Allocate(bytes.Length);
            var to = driver.Allocate(bytes.Length);
            var answers = new byte[bytes.Length];
            driver.Write(from, bytes);
            driver.Launch(kernel, (Count + 127) / 128, 128, [from, from, from, to], Count);
            driver.Read(to, answers);
            driver.Free(from);
            driver.Free(to);
            yield return new FunctionAnswers(
                name,
                description,
                [.. Enumerable.Range(0, Count).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(answers.AsSpan(4 * i)).ToString("x8"))]);
        }
    }

    // Logarithms: where log-probabilities near 0 come from (S = 1 + n·2^-23). The rest: one binade, evenly.
    private static (string Description, float[] Inputs) InputsOf(string name) => name switch
    {
        "lg2_approx" or "fast_logf" =>
            ("1+n*2^-23, n=0..4096", [.. Enumerable.Range(0, Count).Select(n => BitConverter.UInt32BitsToSingle(0x3F800000u + (uint)n))]),
        "ex2_approx" =>
            ("-n*2^-8, n=0..4096", [.. Enumerable.Range(0, Count).Select(n => -n / 256f)]),
        _ =>
            ("1+n*2^-12, n=0..4096", [.. Enumerable.Range(0, Count).Select(n => 1f + (n / 4096f))]),
    };
}
