using System.IO.Compression;
using System.Text;
using Hspi.Backends.Endpoint;
using Hspi.Dialects;
using Hspi.Dialects.Recordings;
using Hspi.Exchanges;
using Hspi.Readers.Inspection;
using Hspi.Readers.Surface;
using Hspi.Tests;

namespace Hspi.Core.Tests.Fuzzing;

/// <summary>Damaged bodies, headers and files, seeded: no crash, no hang, bounded memory, no key in anything that is kept.</summary>
public sealed class HostileInputTests : IDisposable
{
    private const string Key = "sk-Zq83-fuzz/secret+0123456789";

    private static readonly SecretScrubber Scrubber = new(Key);

    private readonly string _folder = Directory.CreateTempSubdirectory("hspi-fuzz-").FullName;
    private readonly SurfaceReader _surface = new(SignatureBase.Load(Repository.PathOf("probes/signatures")));

    [Fact]
    public void Damaged_bodies_are_read_or_refused() => DamagedInputs.Run("bodies", DamagedInputs.Cases / 2, 1, mutator =>
    {
        var body = mutator.Text(Corpus.Bodies[mutator.Next(Corpus.Bodies.Count)], Corpus.Bodies);
        var exchange = new Exchange(new ExchangeRequest("POST", mutator.Next(2) == 0 ? "" : "http://h/v1/completions", [], "{\"echo\":true}"), new ExchangeResponse(mutator.Next(700), [], body), 0);

        DialectCatalog.Recognise(exchange)?.Read(exchange);
        DialectCatalog.All[mutator.Next(DialectCatalog.All.Count)].Read(exchange);
        _ = NoAnswer.Of(new Recording.Response(exchange, ""), null);
        _ = _surface.Read([exchange]).Paste;
    });

    [Fact]
    public void Damaged_headers_are_obeyed_or_ignored_and_no_key_is_kept() => DamagedInputs.Run("headers", DamagedInputs.Cases / 4, 2, mutator =>
    {
        string[] names = ["Retry-After", "retry-after-ms", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "Server", "Location", "X-Echo", "Set-Cookie"];
        string[] values = ["1", "Tue, 24 Nov 2026 00:00:09 GMT", "6m0s", "1.5s", "0", "1e9", "99999999999999999", "-5", "https://user:pass@h/?key=" + Key, Key, Convert.ToBase64String(Encoding.UTF8.GetBytes($"u:{Key}")), Uri.EscapeDataString(Key)];
        var headers = Enumerable.Range(0, 1 + mutator.Next(6)).Select(_ => KeyValuePair.Create(names[mutator.Next(names.Length)], mutator.Text(values[mutator.Next(values.Length)], values) + (mutator.Next(2) == 0 ? Key : ""))).ToList();
        var response = new ExchangeResponse(429, headers, mutator.Text(Spelled(mutator), values) + Spelled(mutator));
        var patience = new ServerPatience(new EndpointOptions { Address = new Uri("http://h") }, TimeProvider.System);
        try
        {
            _ = patience.Before(2 + mutator.Next(40), response);
        }
        catch (HspiException)
        {
            // It wants a longer pause than we have: an answer like any other.
        }

        _ = patience.AfterGood(response);
        var scrubbed = Scrubber.Scrub(new Exchange(new ExchangeRequest("GET", values[8], headers, ""), response, 0));
        var kept = string.Join('\n', scrubbed.Response!.Headers.Concat(scrubbed.Request.Headers).Select(header => header.Value).Append(scrubbed.Response.Body).Append(scrubbed.Request.Url));
        Assert.DoesNotContain(Key, kept, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Key, Uri.UnescapeDataString(kept), StringComparison.OrdinalIgnoreCase);
    });

    [Fact]
    public void Damaged_files_are_read_or_refused() => DamagedInputs.Run("files", DamagedInputs.Cases / 8, 3, mutator =>
    {
        var file = Path.Combine(_folder, "recorded.json");
        File.WriteAllBytes(file, mutator.Next(8) == 0
            ? mutator.Bytes(Corpus.Packed[mutator.Next(Corpus.Packed.Count)])
            : Encoding.UTF8.GetBytes(mutator.Text(Corpus.Files[mutator.Next(Corpus.Files.Count)], Corpus.Files)));
        Inspect(file);
    });

    [Fact]
    public void Damaged_evidence_is_read_up_to_the_damage_or_refused()
    {
        var original = Path.Combine(_folder, "original.gz");
        using (var writer = EvidenceWriter.Create(original, new Dictionary<string, string> { ["command"] = "verify" }, new SecretScrubber(Key)))
        {
            foreach (var body in Corpus.Bodies)
            {
                writer.Append(new Exchange(new ExchangeRequest("POST", "http://h", [], Key), new ExchangeResponse(200, [], body), 0.5));
            }
        }

        var bytes = File.ReadAllBytes(original);
        using var unzipped = new MemoryStream();
        using (var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
        {
            zip.CopyTo(unzipped);
        }

        var lines = Encoding.UTF8.GetString(unzipped.ToArray());
        Assert.DoesNotContain(Key, lines, StringComparison.Ordinal);
        DamagedInputs.Run("evidence", DamagedInputs.Cases / 8, 4, mutator =>
        {
            var file = Path.Combine(_folder, "damaged.gz");
            if (mutator.Next(2) == 0)
            {
                File.WriteAllBytes(file, mutator.Bytes(bytes));
            }
            else
            {
                using var zip = new GZipStream(File.Create(file), CompressionLevel.Fastest);
                zip.Write(Encoding.UTF8.GetBytes(mutator.Text(lines, Corpus.Files)));
            }

            try
            {
                _ = EvidenceFile.Load(file);
            }
            catch (HspiException)
            {
                // Refused, with words.
            }

            Inspect(file);
        });
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The key in a spelling that a hostile server may choose.</summary>
    private static string Spelled(Mutator mutator) => mutator.Next(5) switch
    {
        0 => Key,
        1 => Uri.EscapeDataString(Key),
        2 => string.Concat(Key.Select(c => mutator.Next(2) == 0 ? $"\\u{(int)c:x4}" : c.ToString())),
        3 => Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('x', mutator.Next(5)) + Key)),
        _ => Convert.ToHexString(Encoding.UTF8.GetBytes(Key)),
    };

    private void Inspect(string file)
    {
        var inspector = new Inspector(file);
        try
        {
            foreach (var recording in RecordingFile.Read(file))
            {
                if (recording is not Recording.Response response)
                {
                    continue;
                }

                var observed = Observed.Of(response.Exchange, _surface);
                _ = NoAnswer.Of(response, observed?.Answer);
                if (observed is not null)
                {
                    inspector.Add(observed, response.Where);
                }
            }
        }
        catch (HspiException)
        {
            // The file as a whole is refused, with words.
        }

        _ = inspector.Result();
    }
}
