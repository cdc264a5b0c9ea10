using System.Runtime.InteropServices;

namespace Hspi.Collection;

/// <summary>This machine in a few words: a processor decides which kernels a library takes. No name of a machine or user.</summary>
public static class HostText
{
    /// <summary>Such as <c>AMD EPYC 9554 64-Core Processor; Debian GNU/Linux 12 (bookworm); X64</c>.</summary>
    public static string Describe() => $"{Processor()}; {RuntimeInformation.OSDescription}; {RuntimeInformation.ProcessArchitecture}";

    private static string Processor()
    {
        const string Linux = "/proc/cpuinfo";
        if (!File.Exists(Linux))
        {
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "processor not known";
        }

        var line = File.ReadLines(Linux).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? "processor not known" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
