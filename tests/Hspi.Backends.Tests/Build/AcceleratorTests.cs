using System.Diagnostics;
using System.Text.Json;
using Hspi.Tests;

namespace Hspi.Backends.Tests.Build;

/// <summary>The one property that chooses the natives. The GPU packages cannot be restored everywhere, so the evaluated items are read.</summary>
public sealed class AcceleratorTests
{
    [Theory]
    [InlineData("src/Hspi.Backends.Torch/Hspi.Backends.Torch.csproj", "TorchSharp-cpu", "TorchSharp-cuda-linux")]
    [InlineData("src/Hspi.Backends.Onnx/Hspi.Backends.Onnx.csproj", "Microsoft.ML.OnnxRuntime", "Microsoft.ML.OnnxRuntime.Gpu.Linux")]
    public async Task Cuda_swaps_one_package_and_nothing_else(string project, string cpu, string cuda)
    {
        var (before, after) = (await PackagesOf(project, "cpu"), await PackagesOf(project, "cuda"));

        Assert.Equal([cpu], before.Except(after));
        Assert.Equal([cuda], after.Except(before));
    }

    [Fact]
    public async Task Without_the_property_it_is_the_cpu()
    {
        const string project = "src/Hspi.Backends.Torch/Hspi.Backends.Torch.csproj";

        Assert.Equal(await PackagesOf(project, "cpu"), await PackagesOf(project, null));
    }

    [Fact]
    public void The_natives_of_other_systems_are_not_restored()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The list of other systems is written for Linux.");

        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, ".artifacts/obj/Hspi.Backends.Torch/project.assets.json")));

        var packages = assets.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')[0]).ToList();
        Assert.Contains("libtorch-cpu-linux-x64", packages);
        Assert.DoesNotContain(packages, name => name.StartsWith("libtorch-cpu-win", StringComparison.Ordinal) || name.StartsWith("libtorch-cpu-osx", StringComparison.Ordinal));
    }

    private static async Task<List<string>> PackagesOf(string project, string? accelerator)
    {
        string[] property = accelerator is null ? [] : [$"-p:Accelerator={accelerator}"];
        var start = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(Repository.Root, project), "-getItem:PackageReference", "-nodeReuse:false", .. property])
        {
            RedirectStandardOutput = true,
        };
        // The test's own MSBuild variables would point a second one at the wrong tasks.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        using var items = JsonDocument.Parse(text);
        return [.. items.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!).Order()];
    }
}
