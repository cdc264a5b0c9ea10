using Hspi.Readers;

namespace Hspi.Core.Tests.Readers;

public sealed class PrintedNumberTests
{
    [Theory]
    [InlineData("-1.5", 1, 2, 0)]
    [InlineData("-1.50", 1, 2, 0)] // a trailing zero says nothing
    [InlineData("-12.034", 3, 5, 1)]
    [InlineData("-0.00120", 4, 2, -3)]
    [InlineData("-120", 0, 2, 2)]
    [InlineData("-100.5", 1, 4, 2)]
    [InlineData("-1.25e-07", 9, 3, -7)]
    [InlineData("-1.25E2", 0, 3, 2)]
    [InlineData("-0.5e-1", 2, 1, -2)]
    [InlineData("0.0", 0, 0, 0)]
    [InlineData("-9", 0, 1, 0)]
    public void The_text_tells_its_digits(string text, int decimals, int significant, int magnitude)
    {
        Assert.True(PrintedNumber.TryRead(text, out var number));

        Assert.Equal((decimals, significant, magnitude), (number.Decimals, number.SignificantDigits, number.Magnitude));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("-Infinity")]
    [InlineData("1,5")]
    public void What_is_no_finite_number_is_not_read(string? text)
    {
        Assert.False(PrintedNumber.TryRead(text, out var number));
        Assert.Equal(default, number);
    }

    [Theory]
    [InlineData("-100", true)]
    [InlineData("-100.0", true)]
    [InlineData("-9999", true)]
    [InlineData("-1000.5", true)]
    [InlineData("1e-9", true)]
    [InlineData("-1000", false)]
    [InlineData("-100.5", false)]
    [InlineData("-0.0", false)]
    [InlineData("0", false)]
    public void Numbers_that_servers_write_for_none_are_sentinels(string text, bool sentinel)
    {
        Assert.True(PrintedNumber.TryRead(text, out var number));

        Assert.Equal(sentinel, number.IsSentinel);
    }
}
