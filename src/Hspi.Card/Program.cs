using System.CommandLine;
using Hspi;
using Hspi.Backends.Cuda.Card;

// hspi-card: one native file that travels to a host with a card, asks it, and brings back answers.
var cases = new Option<long>("--cases") { Description = "Outputs compared for each matrix instruction", DefaultValueFactory = _ => 1_000_000 };
var seed = new Option<ulong>("--seed") { Description = "Seed of all operands", DefaultValueFactory = _ => 1 };
var output = new Option<DirectoryInfo>("--output") { Description = "Folder that receives report.json and rows/", DefaultValueFactory = _ => new DirectoryInfo("answers") };
cases.Validators.Add(given =>
{
    if (given.GetValueOrDefault<long>() < 1)
    {
        given.AddError("--cases must be at least 1.");
    }
});

var check = new Command("check", "Ask the card every matrix instruction, library product and function, and compare bit for bit.") { cases, seed, output };
check.SetAction((parsed, cancellationToken) => Task.Run(
    () =>
    {
        var folder = parsed.GetValue(output)!.FullName;
        var report = CardRun.Run(
            folder, parsed.GetValue(cases), parsed.GetValue(seed), TimeProvider.System, new ErrorLines(), cancellationToken);
        Console.Out.WriteLine(CardText.Render(report));
        foreach (var file in CardRun.Recheck(folder).Where(file => file.Mismatches > 0))
        {
            Console.Error.WriteLine($"{file.File}: {file.Mismatches} of {file.Cases} sampled rows disagree");
        }

        return report.Instructions.All(one => one.Agreeing == one.Cases) ? 0 : 1;
    },
    cancellationToken));

try
{
    var root = new RootCommand("hspi-card: asks a real card what HSPI computes.") { check };
    var parsed = root.Parse(args);
    return parsed.Errors.Count > 0
        ? await parsed.InvokeAsync() * 2
        : await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (HspiException failed)
{
    await Console.Error.WriteLineAsync($"hspi-card: {failed.Message}");
    return 4;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("hspi-card: stopped; nothing was written.");
    return 130;
}

/// <summary>Progress as plain lines, at once: a remote host's log shows them in order.</summary>
internal sealed class ErrorLines : IProgress<string>
{
    public void Report(string value) => Console.Error.WriteLine(value);
}
