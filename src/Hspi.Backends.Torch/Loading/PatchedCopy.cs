using System.Security.Cryptography;

namespace Hspi.Backends.Torch.Loading;

/// <summary>A changed copy of a library in the user's cache. The original is linked into the NuGet cache and must stay as it is.</summary>
internal static class PatchedCopy
{
    /// <summary>Path of a file that holds exactly <paramref name="content"/>.</summary>
    /// <param name="content">The whole library.</param>
    /// <param name="fileName">Its name.</param>
    /// <param name="cache">Folder of the cache; each content has its own folder below, named by its SHA-256.</param>
    /// <remarks>Whole or not at all, and safe beside other processes: written under another name, then renamed over.</remarks>
    /// <exception cref="HspiException">The cache cannot be written.</exception>
    public static string Keep(byte[] content, string fileName, string cache)
    {
        var folder = Path.Combine(cache, Convert.ToHexStringLower(SHA256.HashData(content))[..32]);
        var path = Path.Combine(folder, fileName);
        try
        {
            // Compared, not only found: whoever else may write here must not choose what we load.
            if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(content))
            {
                return path;
            }

            Directory.CreateDirectory(folder);
            var unfinished = Path.Combine(folder, $"{fileName}.{Environment.ProcessId}.{Guid.NewGuid():N}");
            try
            {
                File.WriteAllBytes(unfinished, content);
                File.Move(unfinished, path, overwrite: true);
            }
            finally
            {
                File.Delete(unfinished);
            }

            return path;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException(
                $"{folder}: TorchSharp needs a copy of {fileName} that fits this system's libstdc++, and it cannot be kept here: {failed.Message} Set XDG_CACHE_HOME to a folder that can be written.", failed);
        }
    }

    /// <summary>The user's cache of hspi, by the rules of the XDG base directories.</summary>
    public static string UserCache(Func<string, string?> environment)
    {
        var home = environment("XDG_CACHE_HOME") is { Length: > 0 } given && Path.IsPathRooted(given)
            ? given
            : Path.Combine(environment("HOME") is { Length: > 0 } user ? user : Path.GetTempPath(), ".cache");
        return Path.Combine(home, "hspi", "native");
    }
}
