using Hspi.Datasets;
using Hspi.Dialects;
using Hspi.Readers.References;

namespace Hspi.Cli.Verifying;

/// <summary>References, and how those of them that servers gave were asked for.</summary>
/// <param name="Set">The references.</param>
/// <param name="Asked">Dialect and model of each enrolled server, each pair once; empty where all platforms ran here.</param>
internal sealed record EnrolledReferences(ReferenceSet Set, IReadOnlyList<(string Dialect, string Model)> Asked)
{
    /// <summary>Takes what is needed out of the rows.</summary>
    public static EnrolledReferences Of(ReferenceSet references, IEnumerable<DatasetRow> rows) =>
        new(references, [.. rows.Where(row => row.Origin == AnswerRows.Endpoint).Select(row => (row.Library, row.Network)).Distinct()]);

    /// <summary>Why answers may differ from these references though the platform is the same; nothing is concluded from it.</summary>
    public IEnumerable<string> Cautions(Capabilities seen)
    {
        if (Asked.Count == 0)
        {
            yield break;
        }

        if (Asked.All(one => one.Dialect != seen.Dialect.Name))
        {
            yield return $"The references were enrolled through {Names(one => one.Dialect)}, and this endpoint is asked through {seen.Dialect.Name}: where a chat template stands between, the model reads another text and every value differs. Ask it with --dialect {Asked[0].Dialect} if it can.";
        }

        if (Asked.All(one => one.Model != seen.Model))
        {
            yield return $"The references are of the model {Names(one => one.Model)}, and this endpoint is asked for {seen.Model}: unless both name the same weights, every value differs.";
        }
    }

    private string Names(Func<(string Dialect, string Model), string> name) => string.Join(" and ", Asked.Select(name).Distinct().Select(text => $"\"{text}\""));
}
