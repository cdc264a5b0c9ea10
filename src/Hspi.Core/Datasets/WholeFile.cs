namespace Hspi.Datasets;

/// <summary>Writes files whole or not at all: beside the target first, then renamed over it.</summary>
public static class WholeFile
{
    /// <summary>Writes <paramref name="path"/>; its folder is made where it is missing.</summary>
    /// <exception cref="HspiException">The folder cannot be written, or the disk is full. An older file is still there, whole.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        // Named after the target: a second run overwrites what a killed one left.
        var draft = path + ".draft";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            await using (var stream = new FileStream(draft, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            {
                await write(stream);
                stream.Flush(flushToDisk: true);
            }

            cancellationToken.ThrowIfCancellationRequested();
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            Discard(draft);
            throw new HspiException($"{path}: cannot be written: {failed.Message} Nothing was changed. Choose another place, or make room.", failed);
        }
        catch
        {
            Discard(draft);
            throw;
        }
    }

    /// <summary>Writes text in UTF-8 without a mark.</summary>
    /// <inheritdoc cref="WriteAsync"/>
    public static Task WriteTextAsync(string path, string text, CancellationToken cancellationToken) =>
        WriteAsync(path, stream => stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken).AsTask(), cancellationToken);

    private static void Discard(string draft)
    {
        try
        {
            File.Delete(draft);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // What failed before is the news; a draft that cannot be deleted will be overwritten by the next run.
        }
    }
}
