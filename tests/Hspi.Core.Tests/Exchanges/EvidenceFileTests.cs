using System.IO.Compression;
using Hspi.Exchanges;

namespace Hspi.Core.Tests.Exchanges;

public sealed class EvidenceFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hspi-evidence-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "run.evidence.gz");

    [Fact]
    public void What_is_written_is_read()
    {
        Write(2);

        var log = EvidenceFile.Load(Path);

        Assert.Equal("verify", log.Settings["command"]);
        Assert.Equal(["body 0 \"é\" \u0001", "body 1 \"é\" \u0001"], log.Exchanges.Select(exchange => exchange.Response!.Body));
        Assert.Equal("{\"verdict\":\"unknown\"}", Assert.Single(log.Notes).Json);
        Assert.False(log.Truncated);
        Assert.True(EvidenceFile.Recognises(Path));
    }

    [Fact]
    public void Cut_anywhere_it_gives_every_record_before_the_cut()
    {
        Write(3);
        var bytes = File.ReadAllBytes(Path);
        var cut = System.IO.Path.Combine(_folder, "cut.gz");
        var last = -1;
        for (var length = bytes.Length; length > bytes.Length / 3; length -= 7)
        {
            File.WriteAllBytes(cut, bytes[..length]);

            var log = EvidenceFile.Load(cut);

            Assert.True(last < 0 || log.Exchanges.Count <= last);
            last = log.Exchanges.Count;
        }

        Assert.InRange(last, 0, 2);
    }

    [Fact]
    public void A_cut_file_is_continued_after_its_last_whole_record()
    {
        Write(3);
        var bytes = File.ReadAllBytes(Path);
        File.WriteAllBytes(Path, bytes[..^200]);

        using (var writer = EvidenceWriter.Continue(Path, new SecretScrubber(), out var recorded))
        {
            Assert.True(recorded.Truncated);
            writer.Append(Exchange(99));
        }

        var log = EvidenceFile.Load(Path);
        Assert.False(log.Truncated);
        Assert.Equal("body 99 \"é\" \u0001", log.Exchanges[^1].Response!.Body);
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_changed_line_is_named()
    {
        Write(2);
        string text;
        using (var zip = new GZipStream(File.OpenRead(Path), CompressionMode.Decompress))
        using (var reader = new StreamReader(zip))
        {
            text = reader.ReadToEnd();
        }

        using (var zip = new GZipStream(File.Create(Path), CompressionLevel.Fastest))
        {
            zip.Write(System.Text.Encoding.UTF8.GetBytes(text.Replace("body 0", "body 9", StringComparison.Ordinal)));
        }

        var wrong = Assert.Throws<HspiException>(() => EvidenceFile.Load(Path));

        Assert.Contains("(2)", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Evidence_is_never_overwritten()
    {
        Write(1);

        Assert.Throws<HspiException>(() => Write(1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not gzip at all")]
    public void A_foreign_file_is_refused_with_words(string content)
    {
        File.WriteAllText(Path, content);

        Assert.Contains("no evidence file", Assert.Throws<HspiException>(() => EvidenceFile.Load(Path)).Message, StringComparison.Ordinal);
        Assert.False(EvidenceFile.Recognises(Path));
    }

    [Fact]
    public void A_request_sent_twice_is_found_twice()
    {
        var recorded = new RecordedExchanges([Exchange(1), Exchange(2), Failed()]);

        Assert.Contains("body 1", recorded.Take(Exchange(0).Request)!.Response!.Body, StringComparison.Ordinal);
        Assert.Contains("body 2", recorded.Take(Exchange(0).Request)!.Response!.Body, StringComparison.Ordinal);
        Assert.Null(recorded.Take(Exchange(0).Request));
    }

    [Theory]
    [InlineData("https://h/v1?key=abc&x=1", "https://h/v1?key=[removed]&x=1")]
    [InlineData("https://user:pass@h/v1", "https://h/v1")]
    [InlineData("https://h/v1?api-version=1", "https://h/v1?api-version=1")]
    public void Addresses_lose_their_credentials(string url, string expected) => Assert.Equal(expected, new SecretScrubber().ScrubUrl(url));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(int exchanges)
    {
        using var writer = EvidenceWriter.Create(Path, new Dictionary<string, string> { ["command"] = "verify" }, new SecretScrubber());
        for (var i = 0; i < exchanges; i++)
        {
            writer.Append(Exchange(i));
        }

        writer.AppendNote("verdict", "{\"verdict\":\"unknown\"}");
    }

    private static Exchange Exchange(int number) => new(
        new ExchangeRequest("POST", "http://h/v1/completions", [], "{}"),
        new ExchangeResponse(200, [new("Server", "x")], $"body {number} \"é\" \u0001"),
        0.25);

    private static Exchange Failed() => Exchange(7) with { Response = new ExchangeResponse(429, [], "{}") };
}
