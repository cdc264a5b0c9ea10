using System.IO.Compression;
using System.Text;

namespace Hspi.Exchanges;

/// <summary>Writes an evidence file as the run goes: each record is a finished gzip member on disk before the next begins.</summary>
/// <remarks>So a kill loses at most the record being written. Safe to share between threads.</remarks>
public sealed class EvidenceWriter : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly SecretScrubber _secrets;
    private string _previous;

    private readonly OutputLock? _lock;

    private EvidenceWriter(FileStream file, SecretScrubber secrets, string previous, OutputLock? held)
    {
        _file = file;
        _lock = held;
        _secrets = secrets;
        _previous = previous;
    }

    /// <summary>Starts a file.</summary>
    /// <param name="path">Must not exist: evidence is never overwritten.</param>
    /// <param name="settings">How the run is set; its secrets are removed too.</param>
    /// <param name="secrets">Removes keys from everything that is written.</param>
    /// <exception cref="HspiException">The file exists, or cannot be written.</exception>
    public static EvidenceWriter Create(string path, IReadOnlyDictionary<string, string> settings, SecretScrubber secrets)
    {
        var held = OutputLock.Take(path);
        EvidenceWriter writer;
        try
        {
            writer = new EvidenceWriter(Open(path, FileMode.CreateNew), secrets, EvidenceLine.Origin, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }

        writer.Append("settings", EvidenceLine.Value(settings.ToDictionary(pair => pair.Key, pair => secrets.ScrubUrl(pair.Value), StringComparer.Ordinal)));
        return writer;
    }

    /// <summary>Continues a file that a stopped run left behind; a record that was cut off is dropped first.</summary>
    /// <exception cref="HspiException">The file is no evidence, was changed, or cannot be written.</exception>
    public static EvidenceWriter Continue(string path, SecretScrubber secrets, out EvidenceLog recorded)
    {
        var held = OutputLock.Take(path);
        try
        {
            return Continue(OutputLock.Target(path), secrets, held, out recorded);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static EvidenceWriter Continue(string path, SecretScrubber secrets, OutputLock held, out EvidenceLog recorded)
    {
        recorded = EvidenceFile.Load(path);
        var whole = $"{path}.{Environment.ProcessId}.tmp";
        string previous;
        // Copied and renamed: whatever happens meanwhile, one of the two files is whole.
        using (var copy = new EvidenceWriter(Open(whole, FileMode.Create), new SecretScrubber(), EvidenceLine.Origin, null))
        {
            foreach (var record in EvidenceFile.Read(path))
            {
                copy.Append(record);
            }

            previous = copy._previous;
        }

        File.Move(whole, path, overwrite: true);
        return new EvidenceWriter(Open(path, FileMode.Append), secrets, previous, held);
    }

    /// <summary>Keeps an exchange.</summary>
    public void Append(Exchange exchange) => Append("exchange", EvidenceLine.Value(_secrets.Scrub(exchange)));

    /// <summary>Keeps something else, such as a verdict.</summary>
    /// <param name="kind">What it is; not <c>settings</c> or <c>exchange</c>.</param>
    /// <param name="json">One JSON value on one line.</param>
    public void AppendNote(string kind, string json)
    {
        if (kind is "settings" or "exchange" || json.Contains('\n', StringComparison.Ordinal))
        {
            throw new ArgumentException("A note has a kind of its own and its JSON no line feed.", nameof(kind));
        }

        Append(kind, _secrets.ScrubText(json));
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _lock?.Dispose();
    }

    private void Append(EvidenceRecord record)
    {
        switch (record)
        {
            case EvidenceRecord.Settings settings: Append("settings", EvidenceLine.Value(settings.Values)); break;
            case EvidenceRecord.Sent sent: Append(sent.Value); break;
            case EvidenceRecord.Note note: Append(note.Kind, note.Json); break;
            default: throw new ArgumentException($"No line for {record.GetType().Name}.", nameof(record));
        }
    }

    private void Append(string kind, string value)
    {
        lock (_gate)
        {
            var hash = EvidenceLine.Hash(_previous, kind, value);
            using (var member = new MemoryStream())
            {
                using (var zipped = new GZipStream(member, CompressionLevel.Optimal, leaveOpen: true))
                {
                    zipped.Write(Encoding.UTF8.GetBytes(EvidenceLine.Write(kind, _previous, hash, value) + "\n"));
                }

                Write(member.GetBuffer().AsSpan(0, (int)member.Length));
            }

            _previous = hash;
        }
    }

    private void Write(ReadOnlySpan<byte> member)
    {
        try
        {
            _file.Write(member);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException failed)
        {
            throw new HspiException($"{_file.Name}: the evidence cannot be written: {failed.Message} What came before is kept; free space and run again with --resume.", failed);
        }
    }

    private static FileStream Open(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (IOException) when (mode == FileMode.CreateNew && File.Exists(path))
        {
            throw new HspiException($"{path}: exists already, and evidence is never overwritten. Give another name, or --resume to continue it.");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: the evidence cannot be written: {failed.Message} Give another folder.", failed);
        }
    }
}
