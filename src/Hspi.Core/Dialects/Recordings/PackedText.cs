using System.IO.Compression;
using System.Text;
using System.Text.Unicode;
using ZstdSharp;

namespace Hspi.Dialects.Recordings;

/// <summary>Unpacks what recorders pack: Base64, hexadecimal, gzip, deflate, Brotli and zstd, one in the other, within bounds.</summary>
internal static class PackedText
{
    /// <summary>What is said of AWS's binary frames.</summary>
    public const string EventStream = "An event stream of Amazon Bedrock in binary frames, which are not read; its interface has no token scores.";

    /// <summary>No answer packs better; what does was made to fill memories.</summary>
    private const int MostGrowth = 200;

    /// <summary>So much may come of however little.</summary>
    private const int AlwaysAllowed = 1 << 20;

    /// <summary>Shorter texts are words that happen to have the right letters.</summary>
    private const int ShortestPacked = 16;

    /// <summary>Wraps a stream that unpacks so that it ends with an <see cref="InvalidDataException"/> where it grows out of bounds.</summary>
    public static Stream Bounded(Stream unpacking, long packed) => new BoundedStream(unpacking, (long)RecordingFile.LargestWhole + (MostGrowth * packed));

    /// <summary>Unpacks a text that is Base64 or hexadecimal, and what may be compressed in it.</summary>
    /// <param name="parts">The text, whole or in the chunks that came over the wire.</param>
    /// <param name="encodings">What the container says: <c>base64</c>, and a value of Content-Encoding.</param>
    /// <param name="problem">Why it could not be unpacked; null where it was not packed.</param>
    /// <returns>The text and how it was packed; null where it was not, or could not be unpacked.</returns>
    public static (string Text, string How)? Unpack(IReadOnlyList<string> parts, string encodings, out string? problem)
    {
        problem = null;
        var isBase64 = encodings.Contains("base64", StringComparison.OrdinalIgnoreCase);
        var bytes = Bytes(parts.Count == 1 ? parts[0] : string.Concat(parts), isBase64, out var how);
        if (bytes is null && parts.Count > 1 && Bytes(parts[0], isBase64, out how) is not null)
        {
            // Chunks that are padded one by one.
            var chunks = parts.Select(part => Bytes(part, isBase64: true, out _)).ToList();
            bytes = chunks.Contains(null) ? null : [.. chunks.SelectMany(chunk => chunk!)];
        }

        problem = bytes is null && isBase64 ? "It says that it is Base64, and is not." : null;
        return bytes is null ? null : Unpack(bytes, encodings, how, out problem);
    }

    /// <summary>The text in bytes that may be compressed.</summary>
    public static (string Text, string How)? Unpack(byte[] bytes, string encodings, string how, out string? problem)
    {
        problem = null;
        try
        {
            if (Decompress(bytes, encodings) is { } inner)
            {
                return (Text(inner.Bytes), how.Length > 0 ? $"{how}, {inner.Name}" : inner.Name);
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            problem = $"What is packed in it is broken: {broken.Message}";
            return null;
        }

        if (Utf8.IsValid(bytes))
        {
            return (Text(bytes), how);
        }

        problem = bytes.AsSpan().IndexOf(":event-type"u8) >= 0
            ? EventStream
            : "It is binary, and neither gzip, deflate, Brotli nor zstd.";
        return null;
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>The bytes that a text spells; null where it is an ordinary text.</summary>
    private static byte[]? Bytes(string text, bool isBase64, out string how)
    {
        how = "Base64";
        if (text is ['\u001f', '\u008b', ..] && text.All(c => c <= 0xFF))
        {
            how = "";
            return Encoding.Latin1.GetBytes(text);
        }

        if (text.Length < ShortestPacked && !isBase64)
        {
            return null;
        }

        var start = text.AsSpan(0, Math.Min(ShortestPacked, text.Length));
        if (!isBase64 && text.Length % 2 == 0 && IsPromising(start, hexadecimal: true) && text.All(char.IsAsciiHexDigit))
        {
            how = "hexadecimal";
            return Convert.FromHexString(text);
        }

        if (!isBase64 && !IsPromising(start, hexadecimal: false))
        {
            return null;
        }

        var plain = string.Concat(text.Split((char[]?)null)); // without the line ends
        plain = plain.Replace('-', '+').Replace('_', '/'); // the alphabet for addresses, which leaves the padding out
        plain = plain.PadRight((plain.Length + 3) / 4 * 4, '=');
        var bytes = new byte[plain.Length];
        return Convert.TryFromBase64String(plain, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>Whether the first bytes are those of a body or of something compressed; words in the same letters never are.</summary>
    private static bool IsPromising(ReadOnlySpan<char> start, bool hexadecimal)
    {
        Span<byte> bytes = stackalloc byte[ShortestPacked];
        var length = 0;
        if (hexadecimal ? Convert.FromHexString(start, bytes, out _, out length) != System.Buffers.OperationStatus.Done : !Convert.TryFromBase64Chars(start, bytes, out length))
        {
            return false;
        }

        var found = bytes[..length];
        return found.StartsWith("{\""u8) || found.StartsWith("{ "u8) || found.StartsWith("{\n"u8) || found.StartsWith("{\r"u8) || found.StartsWith("[{"u8) || found.StartsWith("[\n"u8)
            || found.StartsWith("data:"u8) || found.StartsWith("event:"u8) || found.StartsWith("HTTP/"u8) || IsCompressed(found);
    }

    private static bool IsCompressed(ReadOnlySpan<byte> bytes) => IsGzip(bytes) || IsZstd(bytes) || IsZlib(bytes);

    /// <summary>Whether a gzip member begins here.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, 8, ..];

    /// <summary>Whether a zstd frame begins here.</summary>
    public static bool IsZstd(ReadOnlySpan<byte> bytes) => bytes is [0x28, 0xB5, 0x2F, 0xFD, ..];

    private static bool IsZlib(ReadOnlySpan<byte> bytes) => bytes is [0x78, 0x01 or 0x5E or 0x9C or 0xDA, ..];

    /// <summary>The decompressed bytes; null where the bytes are not compressed in a way that is known.</summary>
    private static (byte[] Bytes, string Name)? Decompress(byte[] bytes, string encodings)
    {
        var (open, name) = bytes switch
        {
            _ when IsGzip(bytes) => ((Func<Stream, Stream>)(packed => new GZipStream(packed, CompressionMode.Decompress)), "gzip"),
            _ when IsZstd(bytes) => (packed => new DecompressionStream(packed), "zstd"),
            _ when IsZlib(bytes) => (packed => new ZLibStream(packed, CompressionMode.Decompress), "deflate"),
            _ when Utf8.IsValid(bytes) => (null, ""), // many recorders keep the header and unpack the body
            _ when encodings.Contains("br", StringComparison.OrdinalIgnoreCase) => (packed => new BrotliStream(packed, CompressionMode.Decompress), "br"),
            _ when encodings.Contains("deflate", StringComparison.OrdinalIgnoreCase) => (packed => new DeflateStream(packed, CompressionMode.Decompress), "deflate"),
            _ => ((Func<Stream, Stream>?)null, ""),
        };
        if (open is null)
        {
            return null;
        }

        using var unpacking = new BoundedStream(open(new MemoryStream(bytes)), AlwaysAllowed + ((long)MostGrowth * bytes.Length));
        using var whole = new MemoryStream();
        unpacking.CopyTo(whole);
        return (whole.ToArray(), name);
    }

    /// <summary>Reads another stream up to a length.</summary>
    private sealed class BoundedStream(Stream inner, long most) : Stream
    {
        private long _left = most;

        /// <inheritdoc/>
        public override bool CanRead => true;

        /// <inheritdoc/>
        public override bool CanSeek => false;

        /// <inheritdoc/>
        public override bool CanWrite => false;

        /// <inheritdoc/>
        public override long Length => throw new NotSupportedException();

        /// <inheritdoc/>
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        /// <inheritdoc/>
        public override int Read(byte[] buffer, int offset, int count)
        {
            int read;
            try
            {
                read = inner.Read(buffer, offset, count);
            }
            catch (Exception broken) when (broken is ZstdException or InvalidOperationException)
            {
                // zstd's and Brotli's own words for what every other stream calls invalid data.
                throw new InvalidDataException(broken.Message, broken);
            }

            _left -= read;
            return _left >= 0 ? read : throw new InvalidDataException($"it unpacks to more than {MostGrowth} times its size, which no answer does");
        }

        /// <inheritdoc/>
        public override void Flush() { }

        /// <inheritdoc/>
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        /// <inheritdoc/>
        public override void SetLength(long value) => throw new NotSupportedException();

        /// <inheritdoc/>
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
