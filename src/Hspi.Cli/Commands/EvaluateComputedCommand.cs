using System.CommandLine;
using Hspi.Backends.Engines;
using Hspi.Evaluation;
using Hspi.Networks.Models;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi evaluate computed</c>: how near what is computed from a model's file comes to what a real server printed.</summary>
internal static class EvaluateComputedCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "Recordings of llama.cpp's completion: JSON lines, plain or xz." };
        var models = new Option<string>("--models") { Description = "Folder of GGUF files of the model that was served, in several formats.", Required = true };
        var kernels = new Option<string>("--kernels") { Description = $"How the server keeps keys and values: {string.Join(", ", LlamaPlatforms.Kernels)}.", DefaultValueFactory = _ => "kvf32" };
        var json = JsonLine.Option();
        var command = new Command("computed", "How near answers computed from a model's file come to a real server's.") { file, models, kernels, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            var kept = parsed.GetRequiredValue(kernels);
            if (!LlamaPlatforms.Kernels.Contains(kept))
            {
                throw new UsageException($"--kernels takes {string.Join(", ", LlamaPlatforms.Kernels)}.");
            }

            var path = parsed.GetRequiredValue(file);
            var evaluation = new ComputedEvaluation(RecordingLines.Read(path), path);
            List<ComputedPair> pairs = [];
            foreach (var model in ModelsOf(parsed.GetRequiredValue(models)))
            {
                Terminal.Say($"hspi: computing {Path.GetFileName(model)}");
                pairs.AddRange(evaluation.Run(LanguageModels.Open(model), kept, cancellationToken));
            }

            if (parsed.GetValue(json))
            {
                JsonLine.Write(new ComputedPairs(kept, pairs));
                return Task.FromResult(ExitCode.Good);
            }

            Terminal.Print($"{"served",-16}{"computed",-16}{"met",-40}{"median",10}{"farthest",10}{"answers met",14}{"same ids",12}");
            foreach (var pair in pairs.OrderBy(pair => pair.Served, StringComparer.Ordinal).ThenBy(pair => pair.Median))
            {
                Terminal.Print($"{pair.Served,-16} {pair.Computed,-16}{Interval.Wilson(pair.Met, pair.Positions).ToString(),-40}{pair.Median,10:G3}{pair.Farthest,10:G3}{$"{pair.AnswersMet}/{pair.Answers}",14}{$"{pair.SamePrompts}/{pair.Prompts}",12}");
            }

            return Task.FromResult(ExitCode.Good);
        });
        return command;
    }

    private static string[] ModelsOf(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.gguf").Order(StringComparer.Ordinal)] : [];
        return files.Length > 0 ? files : throw new HspiException($"{folder}: no folder with GGUF files (*.gguf).");
    }

    private sealed record ComputedPairs(string Kernels, IReadOnlyList<ComputedPair> Pairs);
}
