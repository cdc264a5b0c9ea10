using System.CommandLine;
using System.Text.Json;
using Hspi.Numerics.Probing;
using Hspi.Numerics.Vectors;
using Hspi.Numerics.Units;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi units identify</c>: which known units fit the answers of an unknown one.</summary>
internal static class UnitsIdentifyCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("answers")
        {
            Description = "File of JSON lines {\"id\": probe, \"d\": bits}, or the name of a unit or platform to ask instead",
            DefaultValueFactory = _ => "",
        };
        var questions = new Option<string?>("--questions") { Description = "Print the probes of a data type (such as fp16_fp32, or all) as vectors to run on the unknown unit" };
        var json = JsonLine.Option();
        var command = new Command("identify", "Name the units that fit given answers, or say what the answers show.") { source, questions, json };
        command.SetAction(async (parsed, _) =>
        {
            var probes = UnitsCommand.Probes();
            if (parsed.GetValue(questions) is { } type)
            {
                return PrintQuestions(probes, type);
            }

            var text = parsed.GetValue(source)!;
            var answers = File.Exists(text) ? ReadAnswers(text)
                : text.Length == 0 ? throw new UsageException("Give a file of answers or the name of a unit; --questions all prints what to ask.")
                : UnitsPlatform.IsMeant(text) ? await AskPlatform(text, probes)
                : Ask(UnitsCommand.Row(text), probes);
            UnitIdentification found;
            try
            {
                found = UnitIdentification.Of(probes, answers);
            }
            catch (ArgumentException wrong)
            {
                throw new UsageException($"{text}: {wrong.Message}");
            }

            if (parsed.GetValue(json))
            {
                JsonLine.Write(new
                {
                    answers = found.Asked,
                    fitting = found.Fitting.Select(row => row.Name),
                    nearest = found.Nearest?.Name,
                    contradicting = found.Contradicting,
                    seen = found.Seen,
                });
            }
            else
            {
                PrintText(found);
            }

            return found.Fitting.Count > 0 ? ExitCode.Good : ExitCode.Unknown;
        });
        return command;
    }

    private static void PrintText(UnitIdentification found)
    {
        if (found.Fitting.Count > 0)
        {
            Terminal.Print($"{found.Asked} answers fit: {string.Join(", ", found.Fitting.Select(row => row.Name))}");
        }
        else
        {
            Terminal.Print($"No known unit gives these {found.Asked} answers. Nearest is {found.Nearest?.Name ?? "none: no row has these types"}, against it:");
            foreach (var line in found.Contradicting.Take(10))
            {
                Terminal.Print($"  {line}");
            }
        }

        Terminal.Print($"The answers show:");
        foreach (var line in found.Seen)
        {
            Terminal.Print($"  {line}");
        }
    }

    private static Dictionary<string, ulong> Ask(KnownUnit row, IReadOnlyList<NumericProbe> probes) =>
        probes.Where(probe => probe.Fits(row)).ToDictionary(probe => probe.Id, probe => probe.Ask(row.Unit));

    private static async Task<Dictionary<string, ulong>> AskPlatform(string text, IReadOnlyList<NumericProbe> probes)
    {
        await using var backend = UnitsPlatform.Open(text);
        return UnitsPlatform.Answers(backend, probes);
    }

    private static IReadOnlyDictionary<string, ulong> ReadAnswers(string file)
    {
        try
        {
            return NumericAnswerFile.Read(file, File.ReadLines(file));
        }
        catch (VectorFormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    private static int PrintQuestions(IReadOnlyList<NumericProbe> probes, string type)
    {
        var chosen = probes.Where(probe => type == "all" || probe.Id.Contains(type, StringComparison.OrdinalIgnoreCase)).ToList();
        if (chosen.Count == 0)
        {
            throw new UsageException($"No probe has \"{type}\" in its id. Try fp16_fp32, bf16, e4m3 or all.");
        }

        foreach (var probe in chosen)
        {
            Terminal.PrintBlock(JsonSerializer.Serialize(new
            {
                id = probe.Id,
                a_type = probe.A.Name,
                b_type = probe.B.Name,
                c_type = probe.D.Name,
                d_type = probe.D.Name,
                k = probe.LeftWords.Length,
                a = probe.LeftWords.Select(word => Hex(word, probe.A.StorageBits)),
                b = probe.RightWords.Select(word => Hex(word, probe.B.StorageBits)),
                sa = probe.LeftScales.Select(word => Hex(word, 8)),
                sb = probe.RightScales.Select(word => Hex(word, 8)),
                c = Hex(probe.C, probe.D.StorageBits),
            }) + "\n");
        }

        return ExitCode.Good;
    }

    private static string Hex(ulong word, int bits) => word.ToString($"x{(bits + 3) / 4}");
}
