using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hspi.Backends.Torch.Training;
using Hspi.Networks.Building;
using Hspi.Networks.Onnx;
using Hspi.Networks.Text;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi networks train</c>: makes the committed networks anew, from data that it generates itself.</summary>
internal static class NetworksCommand
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static Command Create()
    {
        var output = new Option<DirectoryInfo>("--out") { Description = "Folder to write to", DefaultValueFactory = _ => new DirectoryInfo("trained/networks") };
        var words = new Option<FileInfo>("--words") { Description = "Word list of the texts", DefaultValueFactory = _ => new FileInfo("probes/words.txt") };
        var seed = new Option<ulong>("--seed") { Description = "Seed of weights and data", DefaultValueFactory = _ => 1 };
        var decoderSteps = new Option<int>("--decoder-steps") { Description = "Steps of the decoder; each reads 24 texts of 96 tokens", DefaultValueFactory = _ => 260 };
        var classifierSteps = new Option<int>("--classifier-steps") { Description = "Steps of the classifier; each sees 64 images", DefaultValueFactory = _ => 600 };
        var threads = new Option<int>("--threads") { Description = "Threads; another number rounds sums otherwise and gives other weights", DefaultValueFactory = _ => 1 };
        foreach (var positive in (Option<int>[])[decoderSteps, classifierSteps, threads])
        {
            positive.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() < 1)
                {
                    result.AddError($"{positive.Name} must be at least 1.");
                }
            });
        }

        var train = new Command("train", "Train decoder and classifier (some minutes); the same seed and threads give the same files.")
            { output, words, seed, decoderSteps, classifierSteps, threads };
        train.SetAction((parsed, cancellationToken) =>
        {
            var settings = new Choices(
                parsed.GetValue(words)!.FullName,
                parsed.GetValue(output)!.FullName,
                new TrainingSettings(parsed.GetValue(seed), parsed.GetValue(decoderSteps), Rows: 24, Rate: 3e-3, parsed.GetValue(threads)),
                new TrainingSettings(parsed.GetValue(seed), parsed.GetValue(classifierSteps), Rows: 64, Rate: 2e-3, parsed.GetValue(threads)));
            return Task.Run(() => Train(settings, cancellationToken), cancellationToken);
        });
        return new Command("networks", "The networks that every platform runs.") { train };
    }

    private static int Train(Choices chosen, CancellationToken cancellationToken)
    {
        var list = WordList.Parse(ReadText(chosen.Words), chosen.Words);
        var tokenizer = list.Tokenizer();
        var size = DecoderSize.Small;

        var (classifier, accuracy) = ClassifierTraining.Run(chosen.Classifier, new Progress("classifier"), cancellationToken);
        Terminal.Say($"classifier: held-out accuracy {accuracy.Value:F4} [{accuracy.Low:F4}, {accuracy.High:F4}]");
        var (decoder, loss) = DecoderTraining.Run(size, list, tokenizer, chosen.Decoder, new Progress("decoder"), cancellationToken);
        Terminal.Say($"decoder: held-out loss {loss.Value:F4} nats per token [{loss.Low:F4}, {loss.High:F4}]");

        // Nothing is written before everything is trained: the three files belong together.
        var card = new
        {
            Version = 1,
            Command = string.Create(CultureInfo.InvariantCulture, $"hspi networks train --seed {chosen.Decoder.Seed} --decoder-steps {chosen.Decoder.Steps} --classifier-steps {chosen.Classifier.Steps} --threads {chosen.Decoder.Threads}"),
            Hspi = typeof(NetworksCommand).Assembly.GetName().Version?.ToString(3),
            Decoder = new { Architecture = "llama", Size = size, chosen.Decoder.Steps, HeldOutLoss = Measured(loss, DecoderTraining.HeldOutRows), Perplexity = Measured(new Interval(Math.Exp(loss.Value), Math.Exp(loss.Low), Math.Exp(loss.High)), DecoderTraining.HeldOutRows) },
            Classifier = new { Architecture = "residual-cnn", chosen.Classifier.Steps, HeldOutAccuracy = Measured(accuracy, ClassifierTraining.HeldOutImages) },
        };
        Write(chosen.Output, "decoder.onnx", OnnxWriter.Write(decoder));
        Write(chosen.Output, "classifier.onnx", OnnxWriter.Write(classifier));
        Write(chosen.Output, "tokenizer.json", System.Text.Encoding.UTF8.GetBytes(tokenizer.ToJson() + "\n"));
        Write(chosen.Output, "card.json", System.Text.Encoding.UTF8.GetBytes(JsonSerializer.Serialize(card, Readable) + "\n"));
        Terminal.Print($"{chosen.Output}: decoder.onnx, classifier.onnx, tokenizer.json, card.json");
        return ExitCode.Good;
    }

    private static object Measured(Interval one, int count) => new { one.Value, one.Low, one.High, Count = count };

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be read: {failed.Message} Run it in the root of the repository, or give --words.", failed);
        }
    }

    private static void Write(string folder, string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(path + ".part", content);
            File.Move(path + ".part", path, overwrite: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new HspiException($"{path}: cannot be written: {failed.Message}", failed);
        }
    }

    private sealed record Choices(string Words, string Output, TrainingSettings Decoder, TrainingSettings Classifier);

    // Every 25th step one line: it reads the same in a terminal and in a log.
    private sealed class Progress(string network) : IProgress<TrainingStep>
    {
        public void Report(TrainingStep value)
        {
            if (value.Step % 25 == 0 || value.Step == value.Steps)
            {
                Terminal.Say($"{network}: step {value.Step} of {value.Steps}, loss {value.Loss:F3}");
            }
        }
    }
}
