using Hspi.Backends.Torch.Loading;

namespace Hspi.Backends.Tests.Torch;

public sealed class PatchedCopyTests : IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("hspi-cache-").FullName;

    [Fact]
    public void Many_at_once_keep_one_whole_file_and_nothing_else()
    {
        var content = Enumerable.Range(0, 1 << 20).Select(i => (byte)i).ToArray();

        var paths = new string[16];
        Parallel.For(0, paths.Length, i => paths[i] = PatchedCopy.Keep(content, "a.so", _cache));

        var path = Assert.Single(paths.Distinct());
        Assert.Equal(content, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_cache, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_file_that_somebody_changed_is_replaced()
    {
        var path = PatchedCopy.Keep([1, 2, 3], "a.so", _cache);
        File.WriteAllBytes(path, [1, 2, 4]);

        Assert.Equal(path, PatchedCopy.Keep([1, 2, 3], "a.so", _cache));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_named_with_what_to_do()
    {
        var file = Path.Combine(_cache, "file");
        File.WriteAllText(file, "");

        var refused = Assert.Throws<HspiException>(() => PatchedCopy.Keep([1], "a.so", file));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains("XDG_CACHE_HOME", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/cache", "/home/u", "/cache/hspi/native")]
    [InlineData("relative", "/home/u", "/home/u/.cache/hspi/native")] // the specification says to ignore it
    [InlineData(null, "/home/u", "/home/u/.cache/hspi/native")]
    public void The_cache_is_where_the_base_directories_say(string? cache, string home, string expected) =>
        Assert.Equal(expected, PatchedCopy.UserCache(name => name == "XDG_CACHE_HOME" ? cache : home));

    public void Dispose() => Directory.Delete(_cache, recursive: true);
}
