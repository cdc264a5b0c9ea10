using System.Buffers.Binary;
using System.Globalization;
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;

namespace Hspi.Datasets;

/// <summary>Reads and writes datasets as Parquet.</summary>
public static class DatasetFile
{
    private const string VersionKey = "hspi.dataset.version";
    private const string CurrentVersion = "1";

    /// <summary>A file that claims more was not written by us, or must be cut: it would not fit into memory.</summary>
    private const long MostRows = 20_000_000;
    private const long MostColumnBytes = 4L << 30;

    /// <summary>Columns that files written before they were there do not have.</summary>
    private static readonly string[] Later = ["callers", "prompt_tokens"];

    private static readonly ParquetSchema Schema = typeof(DatasetRow).GetParquetSchema(forWriting: true);

    /// <summary>Writes <paramref name="rows"/> in their order: equal rows, equal bytes.</summary>
    /// <exception cref="HspiException">The file cannot be written; an older one is still there.</exception>
    public static Task WriteAsync(string path, IReadOnlyCollection<DatasetRow> rows, CancellationToken cancellationToken) =>
        WholeFile.WriteAsync(
            path,
            stream => ParquetSerializer.SerializeAsync(
                rows,
                stream,
                new ParquetOptions { CompressionMethod = CompressionMethod.Zstd },
                new Dictionary<string, string> { [VersionKey] = CurrentVersion },
                cancellationToken),
            cancellationToken);

    /// <summary>Reads a whole dataset.</summary>
    /// <exception cref="HspiException">There is no such file, or it is not a dataset, damaged, or of another version.</exception>
    public static async Task<Dataset> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            throw new HspiException($"{path}: is a folder; a dataset is one Parquet file. Name a file in it.");
        }

        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            await CheckAsync(stream, path, cancellationToken);
            stream.Position = 0;
            var read = await ParquetSerializer.DeserializeAsync<DatasetRow>(stream, cancellationToken: cancellationToken);
            return new Dataset([.. read.Data.Select((row, number) => Checked(row, number, path))]);
        }
        catch (Exception failed) when (failed is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new HspiException($"{path}: there is no such file. `hspi collect` writes datasets.", failed);
        }
        catch (Exception failed) when (failed is not (HspiException or OperationCanceledException))
        {
            // The reader of a foreign format meets whatever an attacker wrote; it throws every kind of
            // exception, out of memory for a size that was claimed among them, and each means the same.
            throw new HspiException($"{path}: cannot be read as Parquet: {failed.Message} It is damaged or no dataset; write it anew with `hspi collect`.", failed);
        }
    }

    /// <summary>Looks at the footer before anything is allocated by its numbers.</summary>
    private static async Task CheckAsync(Stream stream, string path, CancellationToken cancellationToken)
    {
        if (!await HasFooterAsync(stream, cancellationToken))
        {
            throw new HspiException($"{path}: is not Parquet, or was cut. Write it anew with `hspi collect`.");
        }

        await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true, cancellationToken: cancellationToken);
        if (reader.CustomMetadata.GetValueOrDefault(VersionKey) is var version && version != CurrentVersion)
        {
            throw new HspiException(version is null
                ? $"{path}: a Parquet file, but not a dataset of hspi. `hspi collect` writes datasets."
                : $"{path}: a dataset of version {version}; this program reads version {CurrentVersion}. Use the hspi that wrote it.");
        }

        var found = reader.Schema.DataFields.ToDictionary(field => field.Path.ToString(), field => field.ClrType, StringComparer.Ordinal);
        if (Schema.DataFields.FirstOrDefault(field => found.GetValueOrDefault(field.Path.ToString(), Later.Contains(field.Path.ToString()) ? field.ClrType : typeof(void)) != field.ClrType) is { } wrong)
        {
            throw new HspiException($"{path}: column {wrong.Path} is missing or not {wrong.ClrType.Name}. See datasets/README.md; write it anew with `hspi collect`.");
        }

        var groups = reader.Metadata?.RowGroups ?? [];
        if (groups.Sum(group => Math.Max(0, group.NumRows)) > MostRows
            || groups.Any(group => group.NumRows < 0 || group.Columns.Any(column =>
                column.MetaData is not { NumValues: >= 0, TotalCompressedSize: >= 0 } meta
                || meta.TotalUncompressedSize is < 0 or > MostColumnBytes
                || meta.TotalCompressedSize > stream.Length)))
        {
            throw new HspiException(string.Create(CultureInfo.InvariantCulture, $"{path}: claims sizes that cannot be true, or more than {MostRows} rows. It is damaged, or must be cut into several."));
        }
    }

    /// <summary>Whether the file ends in a footer length that fits into it, and the mark.</summary>
    private static async Task<bool> HasFooterAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (stream.Length < 12)
        {
            return false;
        }

        var end = new byte[8];
        stream.Position = stream.Length - end.Length;
        await stream.ReadExactlyAsync(end, cancellationToken);
        stream.Position = 0;
        var length = BinaryPrimitives.ReadInt32LittleEndian(end);
        return end.AsSpan(4).SequenceEqual("PAR1"u8) && length > 0 && length <= stream.Length - 12;
    }

    private static DatasetRow Checked(DatasetRow row, int number, string path) => Fault(row) is { } fault
        ? throw new HspiException($"{path}: row {number} is wrong: {fault}. See datasets/README.md; write it anew with `hspi collect`.")
        : row;

    /// <summary>What no row of ours can hold, as part of a sentence; null for nothing.</summary>
    public static string? Fault(DatasetRow row) =>
        row.Engine is null or "" ? "it names no engine"
        : new[] { row.Version, row.Device, row.Architecture, row.Precision, row.Kernels, row.Parallelism, row.OriginWord, row.ProbeSet, row.ProbeId, row.Token, row.Network, row.Host, row.Library, row.Driver, row.Hspi }.Contains(null!)
            || row.LogitIds is null || row.LogitBits is null || row.TopIds is null || row.TopTokens is null || row.TopLogprobs is null ? "a text or a list in it is missing"
        : row.ProbeHash is not { Length: 64 } ? "its probe hash is not a SHA-256"
        : AnswerOriginText.Parse(row.OriginWord) is null ? $"its origin \"{row.OriginWord}\" is unknown"
        : row.Batch < 0 || row.Sample < 0 || row.Step < 0 || row.LogitCount < 0 || row.Callers < 0 || row.PromptTokens < 0 ? "a count in it is negative"
        : row.LogitIds.Count > 0 && row.LogitIds.Count != row.LogitBits.Count ? "it has other token ids than logits"
        : row.LogitIds.Any(id => id < 0 || id >= row.LogitCount) ? "a token id in it is not in the vocabulary"
        : row.TopTokens.Count != row.TopLogprobs.Count || (row.TopIds.Count > 0 && row.TopIds.Count != row.TopTokens.Count) ? "it has other alternatives than logprobs"
        : row.TopTokens.Contains(null!) || row.TopLogprobs.Contains(null!) ? "a text in one of its lists is missing"
        : null;
}
