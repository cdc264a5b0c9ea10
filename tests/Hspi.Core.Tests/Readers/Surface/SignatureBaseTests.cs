using Hspi.Readers.Surface;
using Hspi.Tests;

namespace Hspi.Core.Tests.Readers.Surface;

public sealed class SignatureBaseTests
{
    private const string Tail = "\n  why w\n  source s\n  samples 1\n  shared none\n  date 2026-11-24\n";

    [Fact]
    public void The_committed_base_loads()
    {
        var loaded = SignatureBase.Load(Repository.PathOf("probes/signatures"));

        Assert.Superset(
            new HashSet<string> { "openai", "azure-openai", "vllm", "sglang", "llama.cpp", "tgi", "ollama", "lmstudio", "deepseek", "fireworks", "together", "openrouter", "gemini" },
            loaded.Signatures.Where(signature => signature.Specific).Select(signature => signature.Engine).ToHashSet());
    }

    [Fact]
    public void A_shadowed_signature_is_refused_with_both_lines()
    {
        var text = $"s:a:*:x\n  must id = 1  5{Tail}\ns:b:*:x\n  must id = 1  9\n  must object = o  9{Tail}";

        var wrong = Assert.Throws<HspiException>(() => SignatureBase.From(SignatureBase.Read("f.txt", text.Split('\n'))));

        Assert.Contains("f.txt(9)", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("f.txt(1)", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x:a:*:x\n  must id = 1  5", 1)]
    [InlineData("s:a:*:x\n  must id ? 1  5", 2)]
    [InlineData("s:a:*:x\n  must id = 1", 2)]
    [InlineData("s:a:*:x\n  must id ~ (  5", 2)]
    [InlineData("s:a:*:x\n  wants id = 1  5", 2)]
    [InlineData("s:a:*:x\n  adds id = 1  5", 1)]
    [InlineData("s:a:*:x\n  must id = 1  5\n  cores", 3)]
    [InlineData("s:a:*:x\n  must id = 1  5\n  cores b,", 3)]
    [InlineData("s:a:*:x\n  must id = 1  5\n  cores b:c", 3)]
    [InlineData("s:a:*:x\n  must id = 1  5\n  cores b,a", 3)]
    [InlineData("g:a:*:x\n  must id = 1  5\n  cores b", 3)]
    [InlineData("g:a:*:x\n  must id = 1  5", 1)]
    [InlineData("s:a:*:x\n  must id = 1  5\n  shared b", 3)]
    [InlineData("s:a:*:x\n  must id = 1  5\n  shared b:c all", 3)]
    [InlineData("s:a:*:x\n  must id = 1  5\n  why w\n  source s\n  samples 1\n  date 2026-11-24", 1)]
    [InlineData("\n# c\n\ns:a:*:x\n  must id = 1  5\n  why\n  source s\n  samples 1\n  date 2026-11-24", 4)]
    public void A_malformed_line_is_named(string text, int line)
    {
        var wrong = Assert.Throws<HspiException>(() => SignatureBase.Read("f.txt", (text + (text.Contains("why", StringComparison.Ordinal) ? "" : Tail)).Split('\n')).ToList());

        Assert.Contains($"f.txt({line})", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cores_that_are_given_twice_are_refused_with_both_lines()
    {
        var text = $"s:a:*:x\n  must id = 1  5\n  cores b{Tail}\ns:a:*:y\n  must id = 2  5\n  cores c{Tail}";

        var wrong = Assert.Throws<HspiException>(() => SignatureBase.From(SignatureBase.Read("f.txt", text.Split('\n'))));

        Assert.Contains("f.txt(10)", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("f.txt(1)", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cores_that_one_signature_gives_are_those_of_its_whole_engine_and_of_no_other()
    {
        var text = $"s:a:*:x\n  must id = 1  12\n  cores b, c{Tail}\ns:a:*:y\n  must id = 2  12{Tail}\ns:d:*:y\n  must id = 3  12{Tail}";
        var reader = new SurfaceReader(SignatureBase.From(SignatureBase.Read("f.txt", text.Split('\n'))));

        Assert.Equal(["b", "c"], reader.Read([Body("2")]).Cores);
        Assert.Empty(reader.Read([Body("3")]).Cores);
        Assert.Empty(reader.Read([Body("4")]).Cores);
    }

    [Theory]
    [InlineData("ollama", "llama.cpp")]
    [InlineData("lmstudio", "llama.cpp", "mlx")]
    public void The_committed_base_knows_what_computes_inside_a_shell(string engine, params string[] cores) => Assert.All(
        SignatureBase.Load(Repository.PathOf("probes/signatures")).Signatures.Where(signature => signature.Engine == engine),
        signature => Assert.Equal(cores, signature.Cores));

    [Fact]
    public void Specific_signatures_are_tried_before_generic_ones()
    {
        var text = $"g:any:*:x\n  must id exists  1{Tail.Replace("  shared none\n", "", StringComparison.Ordinal)}\ns:a:*:x\n  must id = 1  5{Tail}";

        Assert.Equal(["a", "any"], SignatureBase.From(SignatureBase.Read("f.txt", text.Split('\n'))).Signatures.Select(signature => signature.Engine));
    }

    [Fact]
    public void Answers_of_two_engines_are_unknown()
    {
        var text = $"s:a:*:x\n  must id = 1  12{Tail}\ns:b:*:x\n  must id = 2  12{Tail}";
        var reader = new SurfaceReader(SignatureBase.From(SignatureBase.Read("f.txt", text.Split('\n'))));

        Assert.Equal("a", reader.Read([Body("1"), Body("1")]).Engine);
        Assert.Equal(SurfaceReader.Unknown, reader.Read([Body("1"), Body("2")]).Engine);
    }

    [Fact]
    public void What_a_fork_prints_alike_names_the_two_and_what_it_lacks_tells_them_apart()
    {
        var text = $"s:a:*:x\n  must id = 1  12\n  shared b all{Tail.Replace("  shared none\n", "", StringComparison.Ordinal)}"
            + $"\ns:a:*:y\n  must id = 2  6\n  adds model = m  6\n  shared b id{Tail.Replace("  shared none\n", "", StringComparison.Ordinal)}\ns:b:*:x\n  must id = 3  12{Tail}";
        var reader = new SurfaceReader(SignatureBase.From(SignatureBase.Read("f.txt", text.Split('\n'))));

        var alike = reader.Read([Body("1")]);

        Assert.Equal((SurfaceReader.Unknown, "a or a fork of it (b)"), (alike.Engine, alike.Resembles));
        Assert.Equal(alike.Reading.Likelihoods["a"], alike.Reading.Likelihoods["b"]);
        Assert.Equal("a", reader.Read([Body("2")]).Engine);
        Assert.Equal("a", reader.Read([Body("1"), Body("2")]).Engine);
        Assert.Equal("b", reader.Read([Body("1"), Body("3")]).Engine);
    }

    [Fact]
    public void A_signature_that_rests_on_no_answer_weighs_less_and_says_so()
    {
        var text = $"s:a:*:x\n  must id = 1  10{Tail.Replace("samples 1", "samples 0", StringComparison.Ordinal)}\ns:b:*:x\n  must id = 2  11{Tail.Replace("samples 1", "samples 0", StringComparison.Ordinal)}";
        var reader = new SurfaceReader(SignatureBase.From(SignatureBase.Read("f.txt", text.Split('\n'))));

        Assert.Equal(SurfaceReader.Unknown, reader.Read([Body("1")]).Engine);
        Assert.Contains("9 points, fewer because it rests on no recorded answer", reader.Read([Body("2")]).Reading.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_names_the_service_whatever_shows_through()
    {
        var text = $"s:a:*:x\n  must id = 1  12{Tail}\ns:b:*:x\n  must host = b.example  14{Tail}\ns:c:*:x\n  must host = c.example  14{Tail}";
        var reader = new SurfaceReader(SignatureBase.From(SignatureBase.Read("f.txt", text.Split('\n'))));
        var b = Body("1") with { Request = new("POST", "https://b.example/v1", [], "") };
        var c = Body("1") with { Request = new("POST", "https://c.example/v1", [], "") };

        Assert.Equal("b", reader.Read([b]).Engine);
        Assert.Contains("What shows through looks like a.", reader.Read([b]).Reading.Seen, StringComparison.Ordinal);
        Assert.Equal(SurfaceReader.Unknown, reader.Read([b, c]).Engine);
    }

    [Fact]
    public void An_unknown_prints_as_a_block_that_the_base_can_read()
    {
        var reader = new SurfaceReader(SignatureBase.Load(Repository.PathOf("probes/signatures")));

        var paste = reader.Read([Body("strange  \\n id (1")]).Paste;

        var filled = paste.Replace("NAME", "new", StringComparison.Ordinal).Replace("FLAVOUR", "chat", StringComparison.Ordinal)
            .Replace("adds", "must", StringComparison.Ordinal).Replace("YYYY-MM-DD", "2026-11-24", StringComparison.Ordinal);
        var named = new SurfaceReader(SignatureBase.From(SignatureBase.Read("new.txt", filled.Split('\n'))));
        Assert.Contains(named.Match(SurfacePrint.Of(Body("strange  \\n id (1"))), match => match.Signature.Engine == "new");
    }

    private static Hspi.Exchanges.Exchange Body(string id) =>
        Dialects.Recorded.Body($$"""{"id":"{{id}}","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"x"} }]}""");
}
