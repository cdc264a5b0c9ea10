using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hspi.Datasets;
using Hspi.Platforms;

namespace Hspi.Collection;

/// <summary>The finished answers of an unfinished collection: a folder <c>OUTPUT.partial</c> of small datasets.</summary>
/// <param name="output">The dataset that they will become.</param>
internal sealed class PartFolder(string output)
{
    private readonly string _folder = output + ".partial";

    /// <summary>All rows of the output and of the parts; none where there is neither.</summary>
    public async Task<IReadOnlyList<DatasetRow>> ReadAsync(CancellationToken cancellationToken)
    {
        Dictionary<AnswerKey, List<DatasetRow>> kept = [];
        string[] files = [.. File.Exists(output) ? [output] : (string[])[], .. Parts()];
        foreach (var file in files)
        {
            // A run killed between the output and the deletion of its parts leaves both; an answer takes the place of an earlier refusal.
            foreach (var answer in (await DatasetFile.ReadAsync(file, cancellationToken)).Rows.GroupBy(row => row.Key))
            {
                if (!kept.TryGetValue(answer.Key, out var earlier) || earlier[0].IsRefusal)
                {
                    kept[answer.Key] = [.. answer];
                }
            }
        }

        return [.. kept.Values.SelectMany(rows => rows)];
    }

    /// <summary>Saves finished answers of a platform; not cancellable, because they are finished.</summary>
    public async Task SaveAsync(Platform platform, IReadOnlyCollection<DatasetRow> rows)
    {
        if (rows.Count > 0)
        {
            var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(platform.ToString())))[..16];
            var number = Parts().Count(part => Path.GetFileName(part).StartsWith(name, StringComparison.Ordinal));
            await DatasetFile.WriteAsync(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{number:D6}.parquet")), rows, CancellationToken.None);
        }
    }

    /// <summary>Removes the parts, once the output holds them.</summary>
    public void Delete()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private IEnumerable<string> Parts() =>
        Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "*.parquet").Order(StringComparer.Ordinal) : [];
}
