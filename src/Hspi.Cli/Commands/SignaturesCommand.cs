using System.CommandLine;
using Hspi.Dialects.Recordings;
using Hspi.Readers.Surface;

namespace Hspi.Cli.Commands;

/// <summary><c>hspi signatures list|check|explain</c>: the text base that names engines.</summary>
internal static class SignaturesCommand
{
    public static Command Create()
    {
        var folder = new Option<string?>("--base") { Description = "Folder of the base; default: the one beside the program", Recursive = true };
        var command = new Command("signatures", "The signatures by which engines are named: a text base that anybody can extend.");
        command.Add(folder);
        command.Add(List(folder));
        command.Add(Check(folder));
        command.Add(Explain(folder));
        return command;
    }

    private static Command List(Option<string?> folder)
    {
        var json = JsonLine.Option();
        var list = new Command("list", "Every signature in the order in which it is tried.") { json };
        list.SetAction(parsed =>
        {
            var signatures = Load(parsed.GetValue(folder)).Signatures;
            if (parsed.GetValue(json))
            {
                JsonLine.Write(
                    signatures.Select(signature => new { signature.Label, signature.Engine, signature.Versions, signature.Flavour, signature.Cores, signature.Shared, signature.Samples, signature.Date, signature.Source, signature.File, signature.Line }));
                return ExitCode.Good;
            }

            foreach (var signature in signatures)
            {
                Terminal.Print($"{signature.Label,-42} {signature.Samples,4} samples  {signature.Date}  {signature.File}({signature.Line}){(signature.Cores.Count > 0 ? $"  holds {string.Join(", ", signature.Cores)}" : "")}{(signature.Shared.Count > 0 ? $"  shared with {string.Join(", ", signature.Shared.Select(shared => shared.Fork))}" : "")}");
            }

            return ExitCode.Good;
        });
        return list;
    }

    private static Command Check(Option<string?> folder)
    {
        var check = new Command("check", "Load the base and refuse what is malformed or can never be reached, with its line. Exit codes: 0 good, 4 not.");
        check.SetAction(parsed =>
        {
            var signatures = Load(parsed.GetValue(folder)).Signatures;
            Terminal.Print($"{signatures.Count} signatures of {signatures.Where(signature => signature.Specific).Select(signature => signature.Engine).Distinct().Count()} engines are in order.");
            return ExitCode.Good;
        });
        return check;
    }

    private static Command Explain(Option<string?> folder)
    {
        var file = new Argument<string>("file") { Description = "Recorded answers in any form that \"hspi inspect\" reads" };
        var explain = new Command("explain", "Show the print of each answer, the signatures that match it and the points they give; an unknown is printed ready to be pasted in.") { file };
        explain.SetAction(parsed =>
        {
            var reader = new SurfaceReader(Load(parsed.GetValue(folder)));
            var good = true;
            foreach (var recording in RecordingFile.Read(parsed.GetValue(file)!))
            {
                good &= Explain(reader, recording);
            }

            return good ? ExitCode.Good : ExitCode.Failed;
        });
        return explain;
    }

    private static bool Explain(SurfaceReader reader, Recording recording)
    {
        if (recording is not Recording.Response { Exchange: var exchange })
        {
            Terminal.Say($"hspi: {(recording as Recording.Unreadable)?.What ?? ((Recording.Other)recording).What}");
            return false;
        }

        var print = SurfacePrint.Of(exchange);
        foreach (var field in print.Fields)
        {
            Terminal.Print($"{field,-20} {string.Join(" | ", print.Values(field))}");
        }

        foreach (var match in reader.Match(print))
        {
            Terminal.Print($"matches {match.Signature.Label} at {match.Signature.File}({match.Signature.Line}) with {match.Points} points{(match.Version.Length > 0 ? " " : "")}{match.Version}");
            foreach (var condition in match.Signature.Must.Concat(match.Signature.Adds.Where(condition => condition.Matches(print))))
            {
                Terminal.Print($"  {condition.Points,3}  {condition}");
            }
        }

        var finding = reader.Read([exchange]);
        Terminal.Print($"engine {finding.Engine} (probability {finding.Probability:0.000}): {finding.Reading.Seen}");
        Terminal.PrintBlock(finding.Paste + "\n");
        return true;
    }

    private static SignatureBase Load(string? folder) => folder is null ? SignatureBase.Default() : SignatureBase.Load(folder);
}
