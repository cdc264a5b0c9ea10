using Hspi.Platforms;

namespace Hspi.Core.Tests.Platforms;

public sealed class PlatformWordsTests
{
    [Theory]
    [InlineData("precision=bfloat16 engine=llamacpp", "engine=llama.cpp precision=bf16")]
    [InlineData("precision=half", "precision=fp16")]
    [InlineData("precision=FLOAT16 gpu=H100", "device=h100 precision=fp16")]
    [InlineData("precision=f16", "precision=f16")] // a word of GGUF files
    public void Other_spellings_are_understood(string written, string read) => Assert.Equal(read, PlatformClaim.Parse(written).ToString());

    [Theory]
    [InlineData("fp8")]
    [InlineData("int8-dynamic")]
    [InlineData("q4_k_m")]
    [InlineData("iq2_xxs")]
    [InlineData("w4a16")]
    [InlineData("e4m3-bf16")]
    [InlineData("bf16-weights")]
    [InlineData("f32")]
    public void Formats_that_exist_are_taken(string precision) => PlatformWords.Check(PlatformClaim.Parse($"precision={precision}"), []);

    [Theory]
    [InlineData("banana", "Near it:")]
    [InlineData("bf61", "Near it: bf16")]
    [InlineData("ftp16", "Near it: fp16")]
    public void What_is_no_format_is_refused_with_the_near_words(string precision, string near)
    {
        var wrong = Assert.Throws<UsageException>(() => PlatformWords.Check(PlatformClaim.Parse($"precision={precision}"), []));

        Assert.Contains(near, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_enrolled_word_is_known_whatever_it_is() =>
        PlatformWords.Check(PlatformClaim.Parse("precision=ours"), [PlatformText.Parse("engine=e precision=ours-2")]);

    [Fact]
    public async Task Every_precision_of_the_committed_dataset_is_known()
    {
        var data = await Hspi.Datasets.DatasetFile.ReadAsync(Hspi.Tests.Repository.PathOf("datasets/reference.parquet"), TestContext.Current.CancellationToken);

        Assert.All(data.Platforms, platform => PlatformWords.Check(PlatformClaim.Parse($"precision={platform.Precision}"), []));
    }
}
