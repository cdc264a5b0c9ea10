using System.Globalization;

namespace Hspi;

/// <summary>Held while an output is worked on, so that two runs never write the same one.</summary>
/// <remarks>
/// A file <c>OUTPUT.lock</c> that the system locks for us: the lock of a killed run is gone with it, whatever the file says,
/// and the next run takes it over.
/// </remarks>
public sealed class OutputLock : IDisposable
{
    private readonly FileStream _file;

    private OutputLock(FileStream file) => _file = file;

    /// <summary>Takes the output, or says who has it. Its folder is made where it is missing.</summary>
    /// <param name="output">The file that will be written; a symbolic link means what it points to.</param>
    /// <exception cref="HspiException">Another run has it, or nothing can be written beside it.</exception>
    public static OutputLock Take(string output)
    {
        var path = Target(output) + ".lock";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            while (true)
            {
                var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
                var mine = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}");
                file.SetLength(0);
                file.Write(System.Text.Encoding.UTF8.GetBytes(mine));
                // One that was let go between our opening and locking it is no longer there for others to see.
                if (Read(path) == mine)
                {
                    return new OutputLock(file);
                }

                file.Dispose();
            }
        }
        catch (IOException) when (Read(path) is { Length: > 0 } owner)
        {
            throw new HspiException($"{output}: {owner} is writing it now. Wait for it, or choose another output.");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{output}: cannot be written: {failed.Message} Choose another place.", failed);
        }
    }

    /// <summary>The file behind a path, wherever symbolic links lead.</summary>
    public static string Target(string path) => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);

    /// <summary>Lets it go.</summary>
    public void Dispose() => _file.Dispose();

    private static string? Read(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return reader.ReadToEnd();
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
