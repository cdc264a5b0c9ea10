using System.Text.Json.Nodes;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Reports;
using Hspi.Datasets;

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

    [Theory]
    [InlineData("device")]
    [InlineData("top_tokens")]
    public void A_row_that_lacks_a_column_is_refused(string column)
    {
        var whole = JsonNode.Parse(CardRows.Write(CardOrigin.Measured, [new DatasetRow { Engine = "e", OriginWord = "measured", ProbeHash = new string('a', 64) }]).Split('\n')[1])!.AsObject();
        string[] Lines() => [CardRows.Write(CardOrigin.Measured, []).TrimEnd(), whole.ToJsonString()];
        Assert.Single(CardRows.Read("rows.jsonl", Lines(), out _));

        whole.Remove(column);

        Assert.Contains("is missing", Assert.Throws<HspiException>(() => CardRows.Read("rows.jsonl", Lines(), out _)).Message, StringComparison.Ordinal);
    }
}
