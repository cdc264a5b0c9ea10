using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects.Recordings;

/// <summary>Reads anybody's recorded answers, whatever form they were kept in. Streams lines of JSON, SSE and evidence in constant memory.</summary>
/// <remarks>
/// Forms: JSON in which bodies lie anywhere, whole, in lines or one value after the other; SSE text; YAML; HTTP as text;
/// our own evidence files; each also in gzip, zstd or a zip archive. <see cref="AnswerWalk"/> finds the bodies.
/// </remarks>
public static partial class RecordingFile
{
    /// <summary>Characters of a file in one JSON value, which is held in memory up to fifteen times over; also of a line.</summary>
    internal const int LargestWhole = 64 << 20;

    /// <summary>The way out for a value that is too large.</summary>
    internal const string AsLines = "Make lines of it: jq -c '.[]' FILE for an array, jq -c '.log.entries[]' FILE for HAR.";

    private const string Unknown = "It holds no response in a known form. See \"hspi inspect --help\" for the forms.";

    private static readonly SecretScrubber Scrubber = new();

    /// <summary>Everything in the file, in order; at least one thing.</summary>
    /// <exception cref="HspiException">The file cannot be opened.</exception>
    public static IEnumerable<Recording> Read(string path)
    {
        var isEmpty = true;
        foreach (var found in Unscrubbed(path))
        {
            isEmpty = false;
            yield return found is Recording.Response response ? response with { Exchange = Scrubber.Scrub(response.Exchange) } : found;
        }

        if (isEmpty)
        {
            yield return new Recording.Other("", "It holds no response.");
        }
    }

    private static IEnumerable<Recording> Unscrubbed(string path)
    {
        using var file = Open(path);
        var start = new byte[16];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return start.AsSpan(0, length) switch
        {
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => Refused($"An xz archive, which is not read directly. Unpack it (tar xJf \"{Path.GetFileName(path)}\") and give the folder."),
            [(byte)'P', (byte)'K', 3, 4, ..] => Archive(path),
            var bytes when bytes.StartsWith("SQLite format 3\0"u8) => Refused($"An SQLite database, which is not read directly. Make JSON of the table that holds answers: sqlite3 -json \"{Path.GetFileName(path)}\" \"select * from responses\"."),
            var bytes when bytes.StartsWith("PAR1"u8) => Refused("A Parquet file, which holds no response as it was sent."),
            var bytes when PackedText.IsGzip(bytes) => EvidenceFile.Recognises(path) ? Evidence(path) : Packed(path, packed => new GZipStream(packed, CompressionMode.Decompress)),
            var bytes when PackedText.IsZstd(bytes) => Packed(path, packed => new ZstdSharp.DecompressionStream(packed)),
            _ => Packed(path, plain => plain),
        };
    }

    private static Recording[] Refused(string what) => [new Recording.Unreadable("", what)];

    private static IEnumerable<Recording> Evidence(string path)
    {
        var records = EvidenceFile.Read(path).GetEnumerator();
        for (var number = 1; ; number++)
        {
            Recording found;
            try
            {
                if (!records.MoveNext())
                {
                    yield break;
                }

                if (records.Current is not EvidenceRecord.Sent { Value: { Response: not null } exchange })
                {
                    continue;
                }

                found = new Recording.Response(exchange, $"record {number}");
            }
            catch (HspiException changed)
            {
                found = new Recording.Unreadable($"record {number}", changed.Message);
            }

            yield return found;
            if (found is Recording.Unreadable)
            {
                yield break;
            }
        }
    }

    private static IEnumerable<Recording> Packed(string path, Func<Stream, Stream> unpack)
    {
        using var file = Open(path);
        using var unpacked = unpack(file);
        foreach (var recording in Text(unpacked == file ? file : PackedText.Bounded(unpacked, file.Length)))
        {
            yield return recording;
        }
    }

    /// <summary>The files of a zip archive, such as a log of Inspect; one that is no recording is passed over.</summary>
    private static IEnumerable<Recording> Archive(string path)
    {
        using var file = Open(path);
        ZipArchive archive;
        string? broken = null;
        try
        {
            archive = new ZipArchive(file, ZipArchiveMode.Read);
            _ = archive.Entries.Count;
        }
        catch (InvalidDataException wrong)
        {
            archive = null!;
            broken = wrong.Message;
        }

        if (broken is not null)
        {
            yield return new Recording.Unreadable("", $"The zip archive is broken: {broken}");
            yield break;
        }

        using (archive)
        {
            foreach (var entry in archive.Entries.Where(entry => entry.Length > 0))
            {
                foreach (var recording in Entry(entry, file.Length))
                {
                    yield return recording with { Where = recording.Where.Length > 0 ? $"{entry.FullName} → {recording.Where}" : entry.FullName };
                }
            }
        }
    }

    private static IEnumerable<Recording> Entry(ZipArchiveEntry entry, long packed)
    {
        Stream? content = null;
        string? problem = null;
        try
        {
            content = PackedText.Bounded(entry.Open(), packed);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or NotSupportedException)
        {
            problem = $"It cannot be unpacked: {wrong.Message}";
        }

        using (content)
        {
            foreach (var recording in content is null ? Refused(problem!) : Text(content))
            {
                yield return recording;
            }
        }
    }

    private static IEnumerable<Recording> Text(Stream content)
    {
        using var reader = new StreamReader(content, new UTF8Encoding(false, throwOnInvalidBytes: false), detectEncodingFromByteOrderMarks: true, 1 << 16);
        var lines = new BoundedLines(reader);
        var first = lines.Next();
        while (first is { } blank && string.IsNullOrWhiteSpace(blank))
        {
            first = lines.Next();
        }

        if (first is null)
        {
            yield return new Recording.Unreadable("", lines.Problem ?? "The file is empty.");
            yield break;
        }

        if (first.Contains('\0', StringComparison.Ordinal))
        {
            yield return new Recording.Other("", "A binary file, which is no recording.");
            yield break;
        }

        var found = IsLinesOfJson(first, lines) ? JsonLines.Read(first, lines)
            : BodyEvents.IsServerSentEvents(first.AsSpan().TrimStart()) ? SseLines.Read(first, lines, Unknown)
            : Whole(first, lines);
        foreach (var recording in found)
        {
            yield return recording;
        }
    }

    private static bool IsLinesOfJson(string first, BoundedLines lines) =>
        first.AsSpan().TrimStart() is ['{', ..] && JsonText.TryParse(first, out _, out _) && lines.HasMore();

    private static IEnumerable<Recording> Whole(string first, BoundedLines lines)
    {
        var text = lines.Rest(first, LargestWhole);
        if (text is null)
        {
            return Refused(lines.Problem ?? $"One value of more than {LargestWhole >> 20} MiB, which is not held in memory. {AsLines}");
        }

        if (AnswerWalk.Of(text) is { Count: > 0 } found)
        {
            return Found.Join(found);
        }

        return text.AsSpan().TrimStart() is ['{' or '[', ..] ? Found.Join(JsonText.TryParse(text, out var value, out _) ? [NoAnswer.Of(value, Place.File)] : [])
            : text.StartsWith("httprr trace", StringComparison.Ordinal) || text.StartsWith("HTTP/", StringComparison.Ordinal) ? [new Recording.Other("", "HTTP as text in which there is no response.")]
            : MayBeYaml().IsMatch(text) ? Yaml(text)
            : Prose(text);
    }

    private static IEnumerable<Recording> Prose(string text) => AnswerWalk.InProse(text) is { Count: > 0 } found ? Found.Join(found) : [new Recording.Other("", Unknown)];

    private static IEnumerable<Recording> Yaml(string text)
    {
        var documents = YamlText.ToJson(text, out var problem);
        var number = 0;
        var found = new List<Found>();
        foreach (var document in documents)
        {
            number++;
            var place = documents.Count == 1 ? Place.File : Place.File.Part($"document {number}");
            if (JsonText.TryParse(document, out var value, out var wrong))
            {
                found.AddRange(AnswerWalk.Of(value, place));
            }
            else
            {
                problem ??= $"Its YAML cannot be read: {wrong}";
            }
        }

        if (found.All(one => one.Refused is not null))
        {
            // Any prose is YAML or nearly; and what a broken cassette still holds is found between its words.
            found = [.. AnswerWalk.InProse(text)];
        }

        var isRecording = ResponseKey().IsMatch(text);
        foreach (var recording in Found.Join(found))
        {
            yield return recording;
        }

        if (problem is not null && isRecording)
        {
            yield return new Recording.Unreadable("", problem);
        }
        else if (found.Count == 0)
        {
            yield return new Recording.Other("", isRecording ? "YAML without an answer of a model." : Unknown);
        }
    }

    [GeneratedRegex(@"^[ -]*(?:response|responses|interactions|http_interactions)\s*:", RegexOptions.Multiline)]
    private static partial Regex ResponseKey();

    [GeneratedRegex(@"\A(?:\s*(?:#[^\n]*|%[^\n]*|---[^\n]*)\n)*\s*(?:- |\? |[&!]\S|[\w""'.-][^\n:]{0,200}:(?:\s|\z))")]
    private static partial Regex MayBeYaml();

    /// <summary>A body alone, without request and headers.</summary>
    internal static Recording.Response Body(string body, string where = "") => new(Surroundings.None.Around(body), where);

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be opened: {failed.Message}", failed);
        }
    }
}
