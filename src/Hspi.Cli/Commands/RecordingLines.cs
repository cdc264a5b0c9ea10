using SharpCompress.Compressors.Xz;

namespace Hspi.Cli.Commands;

/// <summary>Recordings of servers, one a line, in a plain file or an xz one.</summary>
internal static class RecordingLines
{
    private static readonly byte[] XzMagic = [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];

    /// <summary>The lines that are not empty.</summary>
    /// <exception cref="HspiException">The file cannot be read.</exception>
    public static List<string> Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var magic = new byte[XzMagic.Length];
            var isXz = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.AsSpan().SequenceEqual(XzMagic);
            stream.Position = 0;
            using var reader = new StreamReader(isXz ? new XZStream(stream) : stream);
            List<string> lines = [];
            while (reader.ReadLine() is { } line)
            {
                if (line.Length > 0)
                {
                    lines.Add(line);
                }
            }

            return lines;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or SharpCompress.Common.SharpCompressException)
        {
            throw new HspiException($"{path}: cannot be read: {failed.Message}", failed);
        }
    }
}
