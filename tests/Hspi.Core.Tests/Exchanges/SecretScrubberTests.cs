using System.Text;
using Hspi.Exchanges;

namespace Hspi.Core.Tests.Exchanges;

public sealed class SecretScrubberTests
{
    private const string Key = "sk-Zq83-fuzz/secret+0123456789";

    [Theory]
    [InlineData("https://user:hunter2@host/v1")]
    [InlineData("ftp://user:hunter2@host")]
    [InlineData("postgres://hunter2@host")]
    [InlineData("user:hunter2@host")]
    [InlineData("https://user:hunter2@bad host")]
    [InlineData("https://user:a@hunter2@host")]
    public void The_user_before_a_host_is_removed_whatever_the_scheme(string url)
    {
        Assert.DoesNotContain("hunter2", new SecretScrubber().ScrubUrl(url), StringComparison.Ordinal);
        Assert.EndsWith("host", new SecretScrubber().ScrubUrl(url).Split('/')[^1] is "v1" ? "host" : new SecretScrubber().ScrubUrl(url), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("code")]
    [InlineData("secret")]
    [InlineData("client_secret")]
    [InlineData("password")]
    [InlineData("auth")]
    [InlineData("x-api-key")]
    [InlineData("api-token")]
    [InlineData("auth_token")]
    [InlineData("hapikey")]
    [InlineData("API_KEY")]
    [InlineData("api%5Fkey")]
    public void A_query_parameter_that_is_named_like_a_secret_is_removed(string name) =>
        Assert.Equal($"https://h/?a=1&{name}=[removed]&model=m", new SecretScrubber().ScrubUrl($"https://h/?a=1&{name}=hunter2&model=m"));

    [Fact]
    public void A_query_parameter_that_is_no_secret_stays() =>
        Assert.Equal("https://h/?api-version=2024&keyboard=us", new SecretScrubber().ScrubUrl("https://h/?api-version=2024&keyboard=us"));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void No_byte_of_a_key_in_Base64_is_left_at_its_end(int before)
    {
        for (var length = Key.Length - 3; length <= Key.Length; length++)
        {
            var key = Key[..length];

            var kept = new SecretScrubber(key).ScrubText($"<{Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('u', before) + key))}>");

            Assert.Matches("^<.{0,3}\\[removed\\]>$", kept);
        }
    }
}
