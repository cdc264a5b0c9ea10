using System.Reflection;
using Hspi.Platforms;

namespace Hspi.Backends;

/// <summary>The platform of a library that runs on this machine's processor: the same columns for every runtime.</summary>
public static class CpuPlatform
{
    /// <summary>Fills the columns.</summary>
    /// <param name="engine">Name of the runtime.</param>
    /// <param name="library">Its managed assembly: asking a native library for its own version would load it.</param>
    /// <param name="precision">Number format.</param>
    /// <param name="kernels">What selects kernels.</param>
    /// <param name="threads">Threads that it computes with, from 1.</param>
    /// <param name="batch">Sequences computed together.</param>
    public static Platform Of(string engine, Assembly library, string precision, string kernels, int threads, int batch) => new()
    {
        Engine = engine,
        Version = VersionOf(library),
        Device = "cpu",
        Architecture = CpuArchitecture.Name,
        Precision = precision,
        Kernels = kernels,
        Parallelism = threads > 1 ? $"threads{threads}" : "",
        Batch = batch,
    };

    // The package's version; what follows a plus sign is a commit.
    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
