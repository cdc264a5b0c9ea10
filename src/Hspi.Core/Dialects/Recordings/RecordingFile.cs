using System.IO.Compression;
using System.Text;
using Hspi.Dialects.Json;
using Hspi.Exchanges;

namespace Hspi.Dialects.Recordings;

/// <summary>Reads anybody's recorded answers, whatever form they were kept in. Streams lines of JSON, SSE and evidence in constant memory.</summary>
/// <remarks>
/// Forms: one response body; an array of bodies; lines of JSON; SSE text; HAR; exchanges as <c>{request, response}</c>;
/// <c>Entries</c> of a test proxy; VCR cassettes; lines of stream events; our own evidence files; each also gzipped.
/// </remarks>
public static class RecordingFile
{
    /// <summary>Characters of a file in one JSON value, which is held in memory up to fifteen times over; also of a line.</summary>
    internal const int LargestWhole = 64 << 20;

    /// <summary>The way out for a value that is too large.</summary>
    internal const string AsLines = "Make lines of it: jq -c '.[]' FILE for an array, jq -c '.log.entries[]' FILE for HAR.";

    private static readonly SecretScrubber Scrubber = new();

    /// <summary>Everything in the file, in order.</summary>
    /// <exception cref="HspiException">The file cannot be opened.</exception>
    public static IEnumerable<Recording> Read(string path)
    {
        foreach (var found in Unscrubbed(path))
        {
            yield return found is Recording.Response response ? response with { Exchange = Scrubber.Scrub(response.Exchange) } : found;
        }
    }

    private static IEnumerable<Recording> Unscrubbed(string path)
    {
        using var file = Open(path);
        var start = new byte[8];
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        if (start.AsSpan(0, length).StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z']))
        {
            return [new Recording.Unreadable(1, $"An xz archive, which is not read directly. Unpack it (tar xJf \"{Path.GetFileName(path)}\") and give the folder.")];
        }

        if (start.AsSpan(0, length).StartsWith("PK\u0003\u0004"u8))
        {
            return [new Recording.Unreadable(1, "A zip archive, which is not read directly. Unpack it and give the folder.")];
        }

        var zipped = start.AsSpan(0, length).StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]);
        return zipped && EvidenceFile.Recognises(path) ? Evidence(path) : Text(path, zipped);
    }

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

                found = new Recording.Response(exchange);
            }
            catch (HspiException changed)
            {
                found = new Recording.Unreadable(number, changed.Message);
            }

            yield return found;
            if (found is Recording.Unreadable)
            {
                yield break;
            }
        }
    }

    private static IEnumerable<Recording> Text(string path, bool zipped)
    {
        using var file = Open(path);
        using var unzipped = zipped ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var reader = new StreamReader(unzipped, new UTF8Encoding(false, throwOnInvalidBytes: false), detectEncodingFromByteOrderMarks: true, 1 << 16);
        var lines = new BoundedLines(reader);
        var first = lines.Next();
        while (first is { } blank && string.IsNullOrWhiteSpace(blank))
        {
            first = lines.Next();
        }

        if (first is null)
        {
            yield return new Recording.Unreadable(1, lines.Problem ?? "The file is empty.");
            yield break;
        }

        var found = IsLinesOfJson(first, lines) ? JsonLines.Read(first, lines)
            : BodyEvents.IsServerSentEvents(first.AsSpan().TrimStart()) ? SseLines.Read(first, lines, Unknown(path))
            : Whole(path, first, lines);
        foreach (var recording in found)
        {
            yield return recording;
        }
    }

    private static bool IsLinesOfJson(string first, BoundedLines lines) =>
        first.AsSpan().TrimStart() is ['{', ..] && JsonText.TryParse(first, out _, out _) && lines.HasMore();

    private static IEnumerable<Recording> Whole(string path, string first, BoundedLines lines)
    {
        var text = lines.Rest(first, LargestWhole);
        if (text is null)
        {
            return [new Recording.Unreadable(1, lines.Problem ?? $"One value of more than {LargestWhole >> 20} MiB, which is not held in memory. {AsLines}")];
        }

        var start = text.AsSpan().TrimStart();
        if (start is ['{' or '[', ..])
        {
            return JsonText.TryParse(text, out var value, out var problem)
                ? JsonRecordings.Read(value)
                : [new Recording.Unreadable(1, $"It is not JSON: {problem}")];
        }

        return VcrCassette.Recognises(start) ? VcrCassette.Read(text) : [new Recording.Unreadable(1, Unknown(path))];
    }

    private static string Unknown(string path) => $"{Path.GetFileName(path)} holds no response in a known form. See \"hspi inspect --help\" for the forms.";

    /// <summary>A body alone, without request and headers.</summary>
    internal static Recording.Response Body(string body) =>
        new(new Exchange(new ExchangeRequest("", "", [], ""), new ExchangeResponse(0, [], body), 0));

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
