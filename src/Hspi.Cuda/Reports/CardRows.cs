using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hspi.Cuda.Cards;
using Hspi.Datasets;

namespace Hspi.Cuda.Reports;

/// <summary>Rows of a dataset as JSON lines: what a card's host writes, which has no Parquet. <c>hspi card import</c> makes a dataset of them.</summary>
/// <remarks><code>
/// {"format":"hspi-card-rows@1","origin":"measured"}       a header
/// {"engine":"cublaslt","version":"13.1.0", …}            one row; the fields are the columns of datasets/README.md
/// </code></remarks>
public static class CardRows
{
    private const string CurrentFormat = "hspi-card-rows@1";

    /// <summary>The text of a file.</summary>
    /// <param name="origin">Whether a card gave them.</param>
    /// <param name="rows">The rows.</param>
    public static string Write(CardOrigin origin, IEnumerable<DatasetRow> rows)
    {
        var text = new StringBuilder(JsonSerializer.Serialize(new CardRowsHeader(CurrentFormat, origin), CardRowsJson.Default.CardRowsHeader)).Append('\n');
        foreach (var row in rows)
        {
            text.Append(JsonSerializer.Serialize(row, CardRowsJson.Default.DatasetRow)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads a file.</summary>
    /// <param name="source">Where the lines come from, for messages.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="origin">What its header says.</param>
    /// <exception cref="HspiException">It is no such file, or a line is damaged.</exception>
    public static IReadOnlyList<DatasetRow> Read(string source, IReadOnlyList<string> lines, out CardOrigin origin)
    {
        var number = 1;
        try
        {
            origin = lines.Count > 0 && JsonSerializer.Deserialize(lines[0], CardRowsJson.Default.CardRowsHeader) is { Format: CurrentFormat } header
                && header.Origin is CardOrigin.Measured or CardOrigin.Sample ? header.Origin
                : throw new HspiException($"{source}: not a {CurrentFormat} file. Give the folder decoder/ that hspi-card wrote.");
            List<DatasetRow> rows = [];
            for (number = 2; number <= lines.Count; number++)
            {
                if (lines[number - 1].Length > 0)
                {
                    var row = JsonSerializer.Deserialize(lines[number - 1], CardRowsJson.Default.DatasetRow)
                        ?? throw new HspiException($"{source}({number}): \"null\" is no row. Fetch the file again.");
                    rows.Add(DatasetFile.Fault(row) is { } fault ? throw new HspiException($"{source}({number}): {fault}. Fetch the file again.") : row);
                }
            }

            return rows;
        }
        catch (JsonException wrong)
        {
            throw new HspiException($"{source}({number}): {wrong.Message} The file was cut or changed; fetch it again.", wrong);
        }
    }
}

/// <summary>First line of a file of rows.</summary>
/// <param name="Format">Name and version of the format.</param>
/// <param name="Origin">Whether a card answered.</param>
internal sealed record CardRowsHeader(string Format, CardOrigin Origin);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CardRowsHeader))]
[JsonSerializable(typeof(DatasetRow))]
internal sealed partial class CardRowsJson : JsonSerializerContext;
