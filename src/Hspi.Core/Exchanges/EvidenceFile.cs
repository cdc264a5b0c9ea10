using System.IO.Compression;
using System.Text;

namespace Hspi.Exchanges;

/// <summary>Reads evidence files: gzip, one JSON line per record, each chained to the one before it by its SHA-256.</summary>
public static class EvidenceFile
{
    /// <summary>A line longer than this is no evidence of ours: bodies are capped long before.</summary>
    private const int LongestLine = 128 << 20;

    /// <summary>Reads line by line, in constant memory, and checks every hash.</summary>
    /// <param name="path">The file.</param>
    /// <param name="truncated">Called when the file ends in the middle of a record, as after a kill; what came before is good.</param>
    /// <exception cref="HspiException">The file cannot be read, is no evidence file, or was changed.</exception>
    public static IEnumerable<EvidenceRecord> Read(string path, Action? truncated = null)
    {
        using var file = Open(path);
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var reader = new StreamReader(unzipped, new UTF8Encoding(false, throwOnInvalidBytes: false));
        var previous = EvidenceLine.Origin;
        for (var number = 1; ; number++)
        {
            var (line, whole) = NextLine(reader);
            if (line is null || !whole)
            {
                if (number == 1)
                {
                    throw new HspiException($"{path}: no evidence file of hspi: its first line is missing. It may have been cut off, or be another kind of file.");
                }

                if (line is not null)
                {
                    truncated?.Invoke();
                }

                yield break;
            }

            EvidenceRecord record;
            (record, previous) = Parse(path, number, line, previous);
            yield return record;
        }
    }

    /// <summary>The whole file at once.</summary>
    /// <exception cref="HspiException"><inheritdoc cref="Read" path="/exception"/></exception>
    public static EvidenceLog Load(string path)
    {
        var truncated = false;
        var records = Read(path, () => truncated = true).ToList();
        return new EvidenceLog(
            (records[0] as EvidenceRecord.Settings ?? throw new HspiException($"{path}: its first record is not the settings of a run. Use the file as hspi verify wrote it.")).Values,
            [.. records.OfType<EvidenceRecord.Sent>().Select(sent => sent.Value)],
            [.. records.OfType<EvidenceRecord.Note>()],
            truncated)
        {
            Last = records[^1],
        };
    }

    /// <summary>Whether the file begins like an evidence file; never throws for its content.</summary>
    public static bool Recognises(string path)
    {
        try
        {
            using var file = Open(path);
            using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            var start = new byte[64];
            var length = unzipped.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(start, 0, length).StartsWith("{\"kind\":\"settings\",\"previous\":\"" + EvidenceLine.Origin, StringComparison.Ordinal);
        }
        catch (InvalidDataException)
        {
            return false; // not gzip: the question was whether it is
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be opened: {failed.Message}", failed);
        }
    }

    private static (EvidenceRecord Record, string Hash) Parse(string path, int number, string line, string previous)
    {
        try
        {
            return EvidenceLine.Read(line, previous);
        }
        catch (Exception wrong) when (wrong is FormatException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new HspiException($"{path}({number}): this line cannot be trusted: {wrong.Message}. Use an unchanged copy of the file.", wrong);
        }
    }

    /// <summary>The next line and whether its line feed was there; null at the end.</summary>
    private static (string? Line, bool Whole) NextLine(StreamReader reader)
    {
        var line = new StringBuilder();
        try
        {
            for (int c; (c = reader.Read()) >= 0;)
            {
                if (c == '\n')
                {
                    return (line.ToString(), true);
                }

                if (line.Length >= LongestLine)
                {
                    throw new HspiException($"A line of the evidence file is longer than {LongestLine >> 20} MiB. It was not written by hspi.");
                }

                line.Append((char)c);
            }
        }
        catch (Exception cut) when (cut is InvalidDataException or IOException)
        {
            // The last gzip member was being written when the program was killed.
            return (line.ToString(), false);
        }

        return line.Length == 0 ? (null, false) : (line.ToString(), false);
    }
}

/// <summary>A whole evidence file.</summary>
/// <param name="Settings">How the run was set.</param>
/// <param name="Exchanges">In the order in which they ended.</param>
/// <param name="Notes">Whatever else was kept.</param>
/// <param name="Truncated">The file ends in the middle of a record; everything here came before it.</param>
public sealed record EvidenceLog(
    IReadOnlyDictionary<string, string> Settings,
    IReadOnlyList<Exchange> Exchanges,
    IReadOnlyList<EvidenceRecord.Note> Notes,
    bool Truncated)
{
    /// <summary>The last whole record; null where it is not known.</summary>
    public EvidenceRecord? Last { get; init; }
}
