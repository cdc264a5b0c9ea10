using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Hspi.Mutation;

if (args is ["worker", var tests])
{
    await Worker.ServeAsync(tests);
    return 0;
}

// Puts small faults into Hspi.Core, one at a time, and counts those that the tests of the same folder notice. See docs/mutation.md.
var arguments = Arguments.Parse(args);
var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../.."));
var project = Path.Combine(root, "src", "Hspi.Core");
var scratch = Directory.CreateDirectory(Path.Combine(root, ".artifacts", "mutation")).FullName;
var files = arguments.Paths
    .SelectMany(path => File.Exists(Path.Combine(project, path))
        ? [Path.Combine(project, path)]
        : Directory.EnumerateFiles(Path.Combine(project, path), "*.cs", SearchOption.AllDirectories))
    .Where(file => !arguments.Except.Any(path => file.StartsWith(Path.Combine(project, path), StringComparison.Ordinal)))
    .Distinct().Order(StringComparer.Ordinal).ToList();

var started = Stopwatch.GetTimestamp();
var compiler = Compiler.Of(root, project, Path.Combine(scratch, "obj"));
List<Mutant> mutants = [.. compiler.Faults(files).GroupBy(mutant => mutant.Folder).SelectMany(folder => Drawn([.. folder], arguments.Most))];
var built = Path.Combine(root, ".artifacts", "bin", "Hspi.Core.Tests", "release");
TestProgram[] programs = [.. Enumerable.Range(0, arguments.Workers).Select(_ => new TestProgram(built))];

// Compiled ahead, but not all at once.
using var queue = new BlockingCollection<(FaultyAssembly Assembly, int Number, Mutant Mutant)>(500);
var patience = new ConcurrentDictionary<string, TimeSpan>(StringComparer.Ordinal);
using var unchanged = new TestProgram(built);
var compiling = Task.Run(() =>
{
    foreach (var assembly in compiler.Compile(mutants))
    {
        // Without a fault, on the same road, the tests pass: else every fault would seem to be noticed.
        var asleep = assembly.Faults[0].Number > 0 ? assembly : compiler.Unchanged;
        foreach (var folder in assembly.Faults.Select(fault => fault.Mutant.Folder).Distinct().Where(folder => asleep == assembly || !patience.ContainsKey(folder)))
        {
            patience[folder] = WithoutFault(asleep, folder);
        }

        foreach (var (number, mutant) in assembly.Faults)
        {
            queue.Add((assembly, number, mutant));
        }
    }
}).ContinueWith(ended =>
{
    queue.CompleteAdding();
    return ended;
}, TaskScheduler.Default).Unwrap();

var results = new ConcurrentBag<(Mutant Mutant, Fate Fate)>();
var workers = programs.Select(program => Task.Factory.StartNew(
    () =>
    {
        foreach (var (assembly, number, mutant) in queue.GetConsumingEnumerable())
        {
            var outcome = program.Run(assembly, number, TestsOf(mutant.Folder), patience[mutant.Folder]);
            results.Add((mutant, outcome.Fate));
            if (results.Count % 100 == 0)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{results.Count} of at most {mutants.Count}, {Stopwatch.GetElapsedTime(started).TotalMinutes:F0} min"));
            }
        }

        program.Dispose();
    },
    TaskCreationOptions.LongRunning)).ToList();
await Task.WhenAll([compiling, .. workers]);

Console.WriteLine("Survivors:");
foreach (var (mutant, _) in results.Where(one => one.Fate == Fate.Survived).OrderBy(one => one.Mutant.File, StringComparer.Ordinal).ThenBy(one => one.Mutant.Span.Start))
{
    Console.WriteLine($"  {mutant}");
}

Console.WriteLine();
Console.WriteLine("| Folder | Faults | Noticed | of them by a hang | Score |");
Console.WriteLine("|---|---|---|---|---|");
foreach (var folder in results.GroupBy(one => one.Mutant.Folder).OrderBy(one => one.Key, StringComparer.Ordinal))
{
    Row(folder.Key, folder.Select(one => one.Fate));
}

var score = Row("all", results.Select(one => one.Fate));
Console.WriteLine();
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture,
    $"{mutants.Count - results.Count} of {mutants.Count} changes did not compile or changed nothing; they do not count. {Stopwatch.GetElapsedTime(started).TotalMinutes:F0} minutes with {programs.Length} workers."));
if (score < arguments.Floor)
{
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The score is below the floor of {arguments.Floor:F1} %: kill a survivor from the list with a test, see docs/mutation.md."));
    return 1;
}

return 0;

TimeSpan WithoutFault(FaultyAssembly assembly, string folder)
{
    var before = Stopwatch.GetTimestamp();
    var outcome = unchanged.Run(assembly, 0, TestsOf(folder), TimeSpan.FromMinutes(10));
    var took = Stopwatch.GetElapsedTime(before);
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{TestsOf(folder)}: {took.TotalSeconds:F1} s without a fault"));
    return outcome is { Fate: Fate.Survived, Passed: > 0 }
        ? (5 * took) + TimeSpan.FromSeconds(20)
        : throw new InvalidOperationException($"{TestsOf(folder)} holds no test, or fails without any fault: {outcome.Failed}");
}

static double Row(string name, IEnumerable<Fate> fates)
{
    var counted = fates.ToList();
    var noticed = counted.Count(fate => fate != Fate.Survived);
    var score = counted.Count == 0 ? 100 : 100.0 * noticed / counted.Count;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {counted.Count} | {noticed} | {counted.Count(fate => fate == Fate.Hung)} | {score:F1} % |"));
    return score;
}

// With one seed, so that two runs over the same sources draw the same ones.
static IEnumerable<Mutant> Drawn(Mutant[] mutants, int most)
{
    if (mutants.Length > most)
    {
        new Random(1).Shuffle(mutants);
    }

    return mutants.Take(most);
}

// The tests lie in a tree that mirrors the sources.
static string TestsOf(string folder) => folder.Replace("src/Hspi.Core/", "Hspi.Core.Tests.", StringComparison.Ordinal).Replace('/', '.');

static string Here([CallerFilePath] string here = "") => here;
