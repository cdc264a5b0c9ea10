namespace Hspi.Datasets;

/// <summary>Writes files whole or not at all: beside the target first, then renamed over it.</summary>
public static class WholeFile
{
    /// <summary>Writes <paramref name="path"/>; its folder is made where it is missing.</summary>
    /// <exception cref="HspiException">The folder cannot be written, or the disk is full. An older file is still there, whole.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var target = OutputLock.Target(path);
        // Named after the target: a second run overwrites what a killed one left. A device or a pipe is written, never replaced.
        var draft = IsFile(target) ? target + ".draft" : target;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using (var stream = new FileStream(draft, draft == target ? FileMode.Open : FileMode.Create, draft == target ? FileAccess.Write : FileAccess.ReadWrite, FileShare.None))
            {
                await write(stream);
                stream.Flush(flushToDisk: draft != target);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (draft != target)
            {
                File.Move(draft, target, overwrite: true);
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Discard(draft, target);
            throw new HspiException($"{path}: cannot be written: {failed.Message} Nothing was changed. Choose another place, or make room.", failed);
        }
        catch
        {
            Discard(draft, target);
            throw;
        }
    }

    /// <summary>Writes text in UTF-8 without a mark.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public static Task WriteTextAsync(string path, string text, CancellationToken cancellationToken) =>
        WriteAsync(path, stream => stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken).AsTask(), cancellationToken);

    /// <summary>Writes files that belong together: all are on the disk before the first one gets its name, so that a kill hardly ever leaves some old and some new.</summary>
    /// <exception cref="HspiException">The folder cannot be written, or the disk is full; then all older files are still there.</exception>
    public static async Task WriteTogetherAsync(IReadOnlyList<(string Path, string Text)> files, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (path, text) in files)
            {
                await WriteTextAsync(path + ".new", text, cancellationToken);
            }
        }
        catch
        {
            foreach (var (path, _) in files)
            {
                File.Delete(path + ".new");
            }

            throw;
        }

        foreach (var (path, _) in files)
        {
            File.Move(path + ".new", path, overwrite: true);
        }
    }

    /// <summary>Finds out now whether <paramref name="path"/> could be written, before anything is asked or computed for it, and keeps others away from it.</summary>
    /// <exception cref="HspiException">It could not, or another run writes it.</exception>
    public static OutputLock Claim(string path) => Directory.Exists(path)
        ? throw new HspiException($"{path}: cannot be written: it is a folder. Choose another place.")
        : OutputLock.Take(path);

    private static bool IsFile(string path) => !path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/proc/", StringComparison.Ordinal);

    private static void Discard(string draft, string target)
    {
        try
        {
            if (draft != target)
            {
                File.Delete(draft);
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // What failed before is the news; a draft that cannot be deleted will be overwritten by the next run.
        }
    }
}
