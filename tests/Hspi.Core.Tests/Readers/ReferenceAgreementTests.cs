using Hspi.Readers;

namespace Hspi.Core.Tests.Readers;

public sealed class ReferenceAgreementTests
{
    // B(1 + few, 10000 + many) / B(1, 10000), by hand: 10000/10100; 10000/(10099·10100); 10000·2/(10098·10099·10100).
    [Theory]
    [InlineData(100, 100, 10000.0 / 10100)]
    [InlineData(100, 99, 10000.0 / (10099.0 * 10100))]
    [InlineData(100, 98, 20000.0 / (10098.0 * 10099 * 10100))]
    public void A_class_that_was_enrolled_slips_in_one_value_of_ten_thousand(int compared, int equal, double probability) =>
        Assert.Equal(Math.Log(probability), new ReferenceAgreement("c", [], compared, equal).LogLikelihood, 1e-9);

    // B(few + 1, many + 1) by hand: 1/101; 1/(100·101); 2/(99·100·101).
    [Theory]
    [InlineData(100, 100, 1.0 / 101)]
    [InlineData(100, 99, 1.0 / (100 * 101))]
    [InlineData(100, 98, 2.0 / (99 * 100 * 101))]
    public void A_stranger_may_agree_in_any_share_of_the_values(int compared, int equal, double probability) =>
        Assert.Equal(Math.Log(probability), new ReferenceAgreement("c", [], compared, equal).LogLikelihoodOfStranger, 1e-9);
}
