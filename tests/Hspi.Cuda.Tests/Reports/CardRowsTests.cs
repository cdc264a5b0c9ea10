using Hspi.Cuda.Reports;

namespace Hspi.Cuda.Tests.Reports;

public sealed class CardRowsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"a friend\"}")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":7}")]
    [InlineData("{\"format\":\"hspi-card-rows@1\"}")]
    [InlineData("{\"format\":\"hspi-card-rows@2\",\"origin\":\"measured\"}")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"measured\"}\n{\"engine\":\"cublas")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"measured\"}\n{\"motor\":\"cublaslt\"}")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"measured\"}\nnull")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"measured\"}\n{\"engine\":\"cublaslt\",\"device\":null}")]
    [InlineData("{\"format\":\"hspi-card-rows@1\",\"origin\":\"measured\"}\n{\"engine\":\"cublaslt\",\"probe_hash\":\"short\"}")]
    public void Foreign_or_damaged_rows_are_refused_by_name(string text)
    {
        var error = Assert.Throws<HspiException>(() => CardRows.Read("rows.jsonl", text.Split('\n'), out _));

        Assert.StartsWith("rows.jsonl", error.Message, StringComparison.Ordinal);
    }
}
