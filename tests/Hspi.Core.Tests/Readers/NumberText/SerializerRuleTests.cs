using Hspi.Readers.NumberText;

namespace Hspi.Core.Tests.Readers.NumberText;

public sealed class SerializerRuleTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-0.0")]
    [InlineData("0e5")]
    [InlineData("Infinity")]
    [InlineData("NaN")]
    [InlineData("null")]
    public void Zeros_and_what_is_no_number_say_nothing(string text) => Assert.All(SerializerRule.All, rule => Assert.True(rule.CouldWrite(text), rule.Name));

    // CPython: repr(1e16) is 1e+16, repr(1e15) is 1000000000000000.0.
    [Theory]
    [InlineData("1e+16", true)]
    [InlineData("1e+15", false)]
    [InlineData("1E+16", false)]
    [InlineData("1000000000000000.0", true)]
    [InlineData("1000000000000000", false)]
    [InlineData("1e+016", false)]
    [InlineData("1e+100", true)]
    [InlineData("1e-05", true)]
    [InlineData("1e-04", false)]
    [InlineData("0.0001", true)]
    [InlineData("0.00001", false)]
    [InlineData("1.5", true)]
    public void Python_writes_an_exponent_where_its_repr_does(string text, bool possible) =>
        Assert.Equal(possible, SerializerRule.All.Single(rule => rule.Name == "Python json").CouldWrite(text));
}
