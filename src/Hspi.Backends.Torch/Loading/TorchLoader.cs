using System.Runtime.InteropServices;

namespace Hspi.Backends.Torch.Loading;

/// <summary>Loads TorchSharp's natives so that they work on Debian 12 and Ubuntu 22.04 too. Call it before anything of <c>torch</c>.</summary>
/// <remarks>
/// TorchSharp 0.107 was linked against GCC 13's libstdc++ (see <see cref="SharedLibraryPatch"/>). Where the system's is
/// older, TorchSharp by itself copies 478 MB of libtorch beside the program and then names a wrong cause. Libraries that
/// are in the process already are taken by their name: so libtorch is loaded from where the build put it, then an
/// adapted copy of TorchSharp's own library, and TorchSharp finds everything in place.
/// </remarks>
public static class TorchLoader
{
    private const string OwnLibrary = "libLibTorchSharp.so";

    private static readonly Lazy<string?> Failure = new(LoadOnce);

    /// <summary>Loads the natives at the first call; later calls cost nothing.</summary>
    /// <exception cref="HspiException">This machine cannot load them; the message says why and what helps.</exception>
    public static void EnsureLoaded()
    {
        if (Failure.Value is { } reason)
        {
            throw new HspiException(reason);
        }
    }

    /// <summary>Why this machine cannot load TorchSharp, as far as can be told without loading it; null when it should.</summary>
    public static string? Unavailable()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return $"TorchSharp's natives are packaged for Linux on x64; this is {RuntimeInformation.RuntimeIdentifier}.";
        }

        return FindFolder() is null ? $"{OwnLibrary} is not beside the program. Build hspi again, so that its natives are restored." : null;
    }

    private static string? LoadOnce()
    {
        if (Unavailable() is { } reason)
        {
            return reason;
        }

        try
        {
            var folder = FindFolder()!;
            foreach (var library in (string[])["libc10.so", "libtorch_cpu.so", "libtorch.so"])
            {
                NativeLibrary.Load(Path.Combine(folder, library));
            }

            var own = Path.Combine(folder, OwnLibrary);
            NativeLibrary.Load(SystemHasTheSymbol()
                ? own
                : PatchedCopy.Keep(SharedLibraryPatch.Apply(File.ReadAllBytes(own)), OwnLibrary, PatchedCopy.UserCache(Environment.GetEnvironmentVariable)));
            return null;
        }
        catch (Exception failed) when (failed is DllNotFoundException or BadImageFormatException)
        {
            return $"libtorch cannot be loaded on this machine: {failed.Message} It needs glibc 2.34 and libstdc++ 6.0.30 (Debian 12, Ubuntu 22.04) or newer.";
        }
        catch (HspiException failed)
        {
            return failed.Message;
        }
    }

    private static bool SystemHasTheSymbol() =>
        NativeLibrary.TryLoad("libstdc++.so.6", out var library)
        && NativeLibrary.TryGetExport(library, SharedLibraryPatch.MissingSymbol, out _);

    // Where the host looks for natives: the program's folder, its runtimes/<rid>/native, and what deps.json names.
    private static string? FindFolder() =>
        ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, OwnLibrary)));
}
