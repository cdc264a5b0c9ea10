using System.CommandLine;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Reports;
using Hspi.Datasets;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi card import FOLDER</c>: the decoder's answers on a card as a dataset, and which enrolled platforms gave the same bits.</summary>
internal static class CardImportCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("files") { Description = "Files of rows that hspi-card wrote, or their folder, answers/decoder", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "The dataset, a Parquet file; answers that it holds already are kept.", Required = true };
        var references = new Option<string?>("--references") { Description = "A dataset of enrolled platforms: those with the same bits are named" };
        var samples = new Option<bool>("--samples") { Description = "Take rows of a made-up card too (engine=made-up); without it they are refused" };
        var command = new Command("import", "Make a dataset of a card's answers; verify takes it as --references.") { paths, output, references, samples };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var held = WholeFile.Claim(parsed.GetRequiredValue(output));
            List<DatasetRow> rows = [];
            foreach (var file in Expand(parsed.GetRequiredValue(paths)))
            {
                rows.AddRange(await ReadAsync(file, parsed.GetValue(samples), cancellationToken));
            }

            if (rows.Count == 0)
            {
                throw new HspiException($"{string.Join(", ", parsed.GetRequiredValue(paths))}: no rows in there. Give the folder decoder/ that hspi-card wrote.");
            }

            var path = parsed.GetRequiredValue(output);
            List<(string, Dataset)> parts = [("the card's rows", new Dataset(rows))];
            if (File.Exists(path))
            {
                parts.Add((path, await DatasetFile.ReadAsync(path, cancellationToken)));
            }

            var joined = DatasetMerge.Join(parts);
            await DatasetFile.WriteAsync(path, joined.Rows, cancellationToken);
            Terminal.Print($"{path}: {joined.Rows.Count} rows, {joined.Platforms.Count} platforms");
            var known = parsed.GetValue(references) is { } other ? await DatasetFile.ReadAsync(other, cancellationToken) : new Dataset([]);
            Tell(new Dataset(rows), known);
            return ExitCode.Good;
        });
        return command;
    }

    private static IEnumerable<string> Expand(IEnumerable<string> paths) => paths.SelectMany(path => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.jsonl").Order(StringComparer.Ordinal)
        : (IEnumerable<string>)[path]);

    private static async Task<IReadOnlyList<DatasetRow>> ReadAsync(string file, bool samples, CancellationToken cancellationToken)
    {
        string[] lines;
        try
        {
            lines = await File.ReadAllLinesAsync(file, cancellationToken);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{file}: cannot be read: {failed.Message} Give the folder decoder/ that hspi-card wrote.", failed);
        }

        var rows = CardRows.Read(file, lines, out var origin);
        return origin == CardOrigin.Measured || samples
            ? rows
            : throw new HspiException($"{file}: a generated sample, no card answered it. Give --samples to try the command with it.");
    }

    // Only questions that both were asked can make two platforms one class.
    private static void Tell(Dataset card, Dataset known)
    {
        var asked = card.Rows.Select(row => row.ProbeHash).ToHashSet(StringComparer.Ordinal);
        var shared = known.Where(row => asked.Contains(row.ProbeHash));
        if (shared.Rows.FirstOrDefault(row => row.TopK != card.Rows[0].TopK) is { } other)
        {
            Terminal.Say($"hspi: the references keep the best {other.TopK} logits, the card's rows the best {card.Rows[0].TopK}: no class can hold both.");
        }

        foreach (var one in new Dataset([.. card.Rows, .. shared.Rows]).Classes())
        {
            if (one.Members.Any(card.Platforms.Contains))
            {
                Terminal.Print($"  {(one.Members.Count > 1 ? "the same bits: " : "alone: ")}{string.Join(" = ", one.Members)}");
            }
        }
    }
}
