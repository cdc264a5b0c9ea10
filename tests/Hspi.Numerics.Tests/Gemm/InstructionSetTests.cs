using System.Diagnostics;
using System.Security.Cryptography;
using System.Runtime.InteropServices;
using Hspi.Numerics.Units;

namespace Hspi.Numerics.Tests.Gemm;

/// <summary>A processor without some instructions gives the same bits: products are repeated in processes that may not use AVX-512, or only what
/// Skylake had of it, or not even AVX2.</summary>
public sealed class InstructionSetTests
{
    private const string TargetVariable = "HSPI_GEMM_HASH_FILE";

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX512v2")]
    [InlineData("DOTNET_EnableAVX2")]
    public async Task Bits_are_the_same_without_an_instruction_set(string variable)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!)
            {
                RedirectStandardOutput = true,
                ArgumentList = { "-method", $"{typeof(InstructionSetTests).FullName}.{nameof(All_products_give_the_same_hash_twice)}" },
                Environment = { [variable] = "0", [TargetVariable] = file },
            };
            using Process child = Process.Start(start)!;
            string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(child.ExitCode == 0, output);
            Assert.Equal(HashOfProducts(), await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void All_products_give_the_same_hash_twice()
    {
        string once = HashOfProducts();

        Assert.Equal(once, HashOfProducts());
        // As a child of the other test: this is how it learns the hash.
        if (Environment.GetEnvironmentVariable(TargetVariable) is { } file)
        {
            File.WriteAllText(file, once);
        }
    }

    private static string HashOfProducts()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (KnownUnit row in KernelUnits.All)
        {
            foreach (OperandKind kind in Enum.GetValues<OperandKind>())
            {
                for (ulong seed = 1; seed <= 4; seed++)
                {
                    float[] d = KernelUnits.Product(row.Unit, kind, (seed * 77) + (ulong)kind).Fast(row.Unit);
                    hash.AppendData(MemoryMarshal.AsBytes<float>(d));
                }
            }
        }
        foreach (KnownUnit row in KernelUnits.Scaled)
        {
            foreach (ScaleKind scales in Enum.GetValues<ScaleKind>())
            {
                float[] d = KernelUnits.ScaledProduct(row.Unit, OperandKind.AllPatterns, scales, 78 + (ulong)scales).Fast(row.Unit);
                hash.AppendData(MemoryMarshal.AsBytes<float>(d));
            }
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
