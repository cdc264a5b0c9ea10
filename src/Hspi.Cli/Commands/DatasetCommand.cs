using System.CommandLine;
using Hspi.Collection;
using Hspi.Datasets;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi dataset info|verify|merge</c>: looks into datasets, checks and joins them.</summary>
internal static class DatasetCommand
{
    public static Command Create() => new("dataset", "Look into datasets, check and join them.") { Info(), Verify(), Merge() };

    private static Command Info()
    {
        var file = FileArgument();
        var json = JsonLine.Option();
        var command = new Command("info", "What a dataset holds: platforms, classes of equal answers, probes.") { file, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            var dataset = await DatasetFile.ReadAsync(path, cancellationToken);
            var classes = dataset.Classes();
            var sets = dataset.Rows.GroupBy(row => (row.ProbeSet, row.ProbeVersion, row.Seed))
                .Select(set => new { Name = set.Key.ProbeSet, Version = set.Key.ProbeVersion, set.Key.Seed, Probes = set.Select(row => row.ProbeHash).Distinct().Count() })
                .OrderBy(set => set.Name, StringComparer.Ordinal).ThenBy(set => set.Seed).ToList();
            var origins = dataset.Rows.GroupBy(row => row.OriginWord).ToDictionary(group => group.Key, group => group.Select(row => row.Platform).Distinct().Count());
            var refused = dataset.Rows.Count(row => row.IsRefusal);
            if (parsed.GetValue(json))
            {
                JsonLine.Write(new
                {
                    Rows = dataset.Rows.Count,
                    Platforms = dataset.Platforms.Count,
                    Origins = origins,
                    Refused = refused,
                    Networks = dataset.Rows.Select(row => row.Network).Distinct(),
                    Hosts = dataset.Rows.Select(row => row.Host).Distinct(),
                    ProbeSets = sets,
                    Classes = classes.Select(one => new { one.Name, Fingerprint = one.Fingerprint.Hash, Members = one.Members.Select(member => member.ToString()) }),
                });
                return ExitCode.Good;
            }

            Terminal.Print($"{path}: {dataset.Rows.Count} rows, {dataset.Platforms.Count} platforms in {classes.Count} classes");
            Terminal.Print($"origin: {string.Join(", ", origins.Select(pair => $"{pair.Value} {pair.Key}"))}");
            if (refused > 0)
            {
                Terminal.Print($"open: {refused} questions that a server refused; `hspi collect` asks them again");
            }

            foreach (var set in sets)
            {
                Terminal.Print($"probes: {set.Name} v{set.Version}, seed {set.Seed}: {set.Probes}");
            }

            foreach (var one in classes)
            {
                Terminal.Print($"{one.Fingerprint.Hash[..12]}  {string.Join(" = ", one.Members)}");
            }

            return ExitCode.Good;
        });
        return command;
    }

    private static Command Verify()
    {
        var file = FileArgument();
        var json = JsonLine.Option();
        var command = new Command("verify", "Check a dataset against itself and against its probes. Exit code 1 if something is wrong.") { file, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            var faults = DatasetCheck.Faults(await DatasetFile.ReadAsync(path, cancellationToken), ProbeLibrary.Default());
            if (parsed.GetValue(json))
            {
                JsonLine.Write(new { Good = faults.Count == 0, Faults = faults });
            }
            else
            {
                foreach (var line in faults.DefaultIfEmpty("good"))
                {
                    Terminal.Print($"{path}: {line}");
                }
            }

            return faults.Count == 0 ? ExitCode.Good : ExitCode.Inconsistent;
        });
        return command;
    }

    private static Command Merge()
    {
        var files = new Argument<string[]>("files") { Description = "Datasets.", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "The joined dataset.", Required = true };
        var command = new Command("merge", "Join datasets; an answer that stands in several is kept once.") { files, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var held = WholeFile.Claim(parsed.GetRequiredValue(output));
            List<(string, Dataset)> read = [];
            foreach (var path in parsed.GetRequiredValue(files))
            {
                read.Add((path, await DatasetFile.ReadAsync(path, cancellationToken)));
            }

            var joined = DatasetMerge.Join(read);
            await DatasetFile.WriteAsync(parsed.GetRequiredValue(output), joined.Rows, cancellationToken);
            Terminal.Print($"{parsed.GetRequiredValue(output)}: {joined.Rows.Count} rows, {joined.Platforms.Count} platforms");
            return ExitCode.Good;
        });
        return command;
    }

    private static Argument<string> FileArgument() => new("file") { Description = "A dataset." };
}
