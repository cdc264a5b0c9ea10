using DuckDB.NET.Data;
using Hspi.Answers;
using Hspi.Datasets;
using Hspi.Probes;
using Hspi.Tests;

namespace Hspi.Core.Tests.Datasets;

public sealed class DatasetFileTests
{
    private readonly string _folder = TestFolder.New();
    private string File => System.IO.Path.Combine(_folder, "a.parquet");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_column_comes_back_as_it_was()
    {
        var rows = Everything();

        await DatasetFile.WriteAsync(File, rows, Token);
        var back = await DatasetFile.ReadAsync(File, Token);

        Assert.Equal(rows.Count, back.Rows.Count);
        Assert.All(rows.Zip(back.Rows), pair => Assert.Equivalent(pair.First, pair.Second, strict: true));
        Assert.All(back.Rows, row => Assert.Equal(DateTimeKind.Utc, row.Time.Kind));
    }

    [Fact]
    public async Task Equal_rows_give_equal_bytes()
    {
        await DatasetFile.WriteAsync(File, Everything(), Token);
        await DatasetFile.WriteAsync(System.IO.Path.Combine(_folder, "b.parquet"), Everything(), Token);

        Assert.Equal(await System.IO.File.ReadAllBytesAsync(File, Token), await System.IO.File.ReadAllBytesAsync(System.IO.Path.Combine(_folder, "b.parquet"), Token));
    }

    [Fact]
    public async Task DuckDB_reads_types_and_bits()
    {
        var rows = Everything();
        await DatasetFile.WriteAsync(File, rows, Token);

        using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Token);
        var types = (await QueryAsync(connection, $"DESCRIBE SELECT * FROM '{File}'")).ToDictionary(row => (string)row[0], row => (string)row[1]);
        var bits = await QueryAsync(connection, $"SELECT logit_bits, log_sum, token_id, time FROM '{File}'");

        Assert.Equal("INTEGER[]", types["logit_bits"]);
        Assert.Equal("VARCHAR[]", types["top_logprobs"]);
        Assert.Equal("UBIGINT", types["seed"]);
        Assert.Equal("DOUBLE", types["log_sum"]);
        Assert.StartsWith("TIMESTAMP", types["time"], StringComparison.Ordinal);
        Assert.Equal(rows.Select(row => row.LogitBits), bits.Select(row => (List<int>)row[0]));
        Assert.Equal(rows.Select(row => (object?)row.LogSum ?? DBNull.Value), bits.Select(row => row[1]));
        Assert.Equal(rows.Select(row => (object?)row.TokenId ?? DBNull.Value), bits.Select(row => row[2]));
        Assert.Equal(SomeRows.Time.UtcDateTime, Assert.IsType<DateTime>(bits[0][3]));
    }

    [Fact]
    public async Task The_readme_has_a_line_for_every_column()
    {
        var readme = await System.IO.File.ReadAllTextAsync(Repository.PathOf("datasets/README.md"), Token);
        await DatasetFile.WriteAsync(File, Everything(), Token);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Token);

        foreach (var column in await QueryAsync(connection, $"DESCRIBE SELECT * FROM '{File}'"))
        {
            Assert.Contains($"`{column[0]}`", readme, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_file_says_what_writes_one()
    {
        var wrong = await Assert.ThrowsAsync<HspiException>(() => DatasetFile.ReadAsync(System.IO.Path.Combine(_folder, "none.parquet"), Token));

        Assert.Contains("none.parquet: there is no such file", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PAR1")]
    [InlineData("engine,version\ntorch,1\n")]
    [InlineData("PAR1xxxxxxxxxxxxxxxxxxxxxxxx\u00ff\u00ff\u00ff\u007fPAR1")]
    public async Task What_is_no_Parquet_is_refused_by_name(string content)
    {
        await System.IO.File.WriteAllTextAsync(File, content, System.Text.Encoding.Latin1, Token);

        var wrong = await Assert.ThrowsAsync<HspiException>(() => DatasetFile.ReadAsync(File, Token));

        Assert.StartsWith(File, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Foreign_Parquet_is_refused()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Token);
        await QueryAsync(connection, $"COPY (SELECT 1 AS engine, 'x' AS y) TO '{File}' (FORMAT parquet)");

        var wrong = await Assert.ThrowsAsync<HspiException>(() => DatasetFile.ReadAsync(File, Token));

        Assert.Contains("not a dataset of hspi", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_metadata_over_other_columns_is_refused_with_the_column()
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync(Token);
        await QueryAsync(connection, $"COPY (SELECT 1 AS engine) TO '{File}' (FORMAT parquet, KV_METADATA {{'hspi.dataset.version': '1'}})");

        var wrong = await Assert.ThrowsAsync<HspiException>(() => DatasetFile.ReadAsync(File, Token));

        Assert.Contains("column engine", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_or_damaged_file_is_read_or_refused_but_never_breaks_the_program()
    {
        await DatasetFile.WriteAsync(File, Everything(), Token);
        var good = await System.IO.File.ReadAllBytesAsync(File, Token);
        var chance = new SeededNormal(11);
        for (var i = 0; i < 150; i++)
        {
            var bad = i < 30 ? good[..chance.Next(good.Length)] : [.. good];
            if (i >= 30)
            {
                // Mostly in the footer, where the sizes stand.
                var at = i % 2 == 0 ? good.Length - 1 - chance.Next(3000) : chance.Next(good.Length);
                bad[Math.Max(0, at)] = (byte)chance.Next(256);
            }

            await System.IO.File.WriteAllBytesAsync(File, bad, Token);
            try
            {
                await DatasetFile.ReadAsync(File, Token);
            }
            catch (HspiException refused)
            {
                Assert.StartsWith(File, refused.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_failed_write_leaves_the_older_file_whole()
    {
        await DatasetFile.WriteAsync(File, Everything(), Token);
        var before = await System.IO.File.ReadAllBytesAsync(File, Token);

        await Assert.ThrowsAsync<HspiException>(() => WholeFile.WriteAsync(File, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device");
        }, Token));

        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, Token));
        Assert.Single(Directory.EnumerateFiles(Path.GetDirectoryName(File)!));
    }

    [Fact]
    public void A_logprob_from_kept_logits_is_the_logprob_of_all_logits()
    {
        var set = SomeRows.Prompts(count: 20);
        foreach (var probe in set.Probes)
        {
            var answer = SomeRows.Answer(probe, noise: 0);
            var rows = new AnswerRows(AnswerOrigin.Measured, 5, SomeRows.Hash, "", "", "").Of(SomeRows.Platform("a"), set, answer, 0, SomeRows.Time);
            foreach (var (row, step) in rows.Zip(answer.Steps))
            {
                var all = LogSoftmax.Of(step.Logits.Span);
                var greatest = BitConverter.Int32BitsToSingle(row.LogitBits[0]);
                foreach (var (id, bits) in row.LogitIds.Zip(row.LogitBits))
                {
                    Assert.Equal(all[id], LogSoftmax.Of(BitConverter.Int32BitsToSingle(bits), greatest, row.LogSum!.Value));
                }
            }
        }
    }

    private static List<DatasetRow> Everything()
    {
        var set = SomeRows.Prompts();
        var none = new Answer.Unsupported(set.Probes[0], "no FP8 on sm_80");
        var text = new Answer.Measured(set.Probes[1],
        [
            new Step { Token = " a", LogprobText = "-0.5", Alternatives = [new(null, " a", "-0.5"), new(null, " b", "-1.25e+00")] },
            new Step { TokenId = 3, Token = "é\u0000", LogprobText = "-0.1", Alternatives = [new(3, "é", "-0.1"), new(4, "", "-9999.0")] },
        ]);
        var product = new Answer.Measured(new MatmulProbe("p", 1, 2, 2, 4, 9), [new Step { Logits = new float[] { 1, float.NaN, float.NegativeInfinity, -0.0f } }]);
        var keep = new AnswerRows(AnswerOrigin.Endpoint, 20, "model", "host", "library 1", "driver 2");
        return
        [
            .. SomeRows.Of(SomeRows.Platform("a", batch: 8), set, noise: 0),
            .. keep.Of(SomeRows.Platform("b"), set, none, 0, SomeRows.Time),
            .. keep.Of(SomeRows.Platform("b"), set, text, 1, SomeRows.Time),
            .. keep.Of(SomeRows.Platform("c"), set, product, 0, SomeRows.Time),
        ];
    }

    private static async Task<List<object[]>> QueryAsync(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = await command.ExecuteReaderAsync(Token);
        List<object[]> rows = [];
        while (await reader.ReadAsync(Token))
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add(values);
        }

        return rows;
    }
}
