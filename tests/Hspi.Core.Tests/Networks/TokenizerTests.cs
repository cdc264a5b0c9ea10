using System.Runtime.CompilerServices;
using Hspi.Networks.Text;
using Hspi.Networks.Training;

namespace Hspi.Core.Tests.Networks;

public sealed class TokenizerTests
{
    private static readonly WordList Words = WordList.Parse(File.ReadAllText(WordFile()), "words.txt");
    private static readonly Tokenizer Tokens = Words.Tokenizer();

    [Theory]
    [InlineData("")]
    [InlineData("Words: star, river, moon.")]
    [InlineData("stars  and\tStarfish, naïve — 星 🙂\r\n\0")]
    public void Every_text_comes_back_exactly(string text) => Assert.Equal(text, Tokens.Decode(Tokens.Encode(text)));

    [Fact]
    public void A_known_word_is_one_token_and_an_unknown_one_is_bytes()
    {
        Assert.Equal([" star"], Tokens.Encode(" star").Select(Tokens.NameOf));
        Assert.Equal(6, Tokens.Encode(" stars").Count); // not " star" and "s"
        Assert.Equal(["<0xC3>", "<0xA9>"], Tokens.Encode("é").Select(Tokens.NameOf));
    }

    [Fact]
    public void A_tokenizer_comes_back_as_it_was_written()
    {
        var read = Tokenizer.Parse(Tokens.ToJson(), "tokenizer.json");

        Assert.Equal(Tokens.ToJson(), read.ToJson());
        Assert.Equal(768, read.Vocabulary);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"version":2,"vocabulary":768,"pieces":[]}""")]
    [InlineData("""{"version":1,"vocabulary":4,"pieces":["a"]}""")]
    [InlineData("""{"version":1,"vocabulary":768,"pieces":["a","a"]}""")]
    public void A_foreign_file_is_refused_by_name(string json) =>
        Assert.StartsWith("t.json: not a tokenizer", Assert.Throws<HspiException>(() => Tokenizer.Parse(json, "t.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_word_that_stands_twice_is_refused_with_both_lines()
    {
        var error = Assert.Throws<HspiException>(() => WordList.Parse("name: Anna\nanimal: cat dog\nfood: dog", "words.txt"));

        Assert.Equal("words.txt(3): \"dog\" stands in line 2 already.", error.Message);
    }

    [Fact]
    public void Stories_need_hardly_any_single_bytes_and_repeat_with_their_seed()
    {
        var grammar = new StoryGrammar(Words, seed: 3);
        var texts = Enumerable.Range(0, 200).Select(_ => grammar.Next()).ToList();

        var letters = texts.SelectMany(Tokens.Encode).Count(id => id < 256 && char.IsAsciiLetter((char)id));

        Assert.Equal(0, letters);
        Assert.Equal(texts[0], new StoryGrammar(Words, seed: 3).Next());
        Assert.True(texts.Distinct().Count() > 190);
    }

    [Fact]
    public void Images_repeat_with_their_seed_and_hold_every_class()
    {
        var images = new PatternImages(seed: 1);
        var drawn = Enumerable.Range(0, 200).Select(_ => images.Next()).ToList();

        Assert.Equal(10, drawn.Select(image => image.Label).Distinct().Count());
        Assert.Equal(drawn[0].Pixels, new PatternImages(seed: 1).Next().Pixels);
    }

    private static string WordFile([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "../../../probes/words.txt");
}
