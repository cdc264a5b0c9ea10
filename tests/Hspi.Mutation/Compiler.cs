using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Hspi.Mutation;

/// <summary>Compiles one project again and again in memory, each time with other faults, exactly as its build would: same sources, references, options and generators.</summary>
internal sealed class Compiler
{
    /// <summary>Faults in one body of one assembly at most: each is a copy of the body, and a long one is slow even where all are asleep.</summary>
    private const int MostInOneBody = 24;

    private readonly CSharpCompilation _original;
    private readonly string _root;
    private readonly string _scratch;
    private readonly Dictionary<string, SyntaxTree> _trees;
    private readonly byte[] _unchanged;

    private int _assemblies;

    private Compiler(CSharpCompilation original, string root, string scratch)
    {
        (_original, _root, _scratch) = (original, root, scratch);
        _trees = original.SyntaxTrees.Where(tree => tree.FilePath.Length > 0).ToDictionary(tree => Path.GetFullPath(tree.FilePath), StringComparer.Ordinal);
        _unchanged = Emit(original, out var errors) ?? throw new InvalidOperationException(string.Join('\n', errors));
        Unchanged = Write(_unchanged, []);
    }

    /// <summary>The assembly without any fault.</summary>
    public FaultyAssembly Unchanged { get; }

    /// <summary>Asks the build of a project what it gives to the compiler.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="project">Folder of the project, which has been built before.</param>
    /// <param name="scratch">Folder for what MSBuild writes meanwhile.</param>
    public static Compiler Of(string root, string project, string scratch)
    {
        string[] arguments =
        [
            "build", project, "-c", "Release", "--no-restore", "-t:ResolveReferences;Compile", "-getItem:CscCommandLineArgs",
            "-p:BuildProjectReferences=false", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true",
            // A folder of its own: in the usual one everything is up to date, so nothing would be asked.
            $"-p:IntermediateOutputPath={scratch}/", "-p:ProduceReferenceAssembly=false",
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var told = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{told}");
        }

        var items = JsonDocument.Parse(told).RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray();
        var command = CSharpCommandLineParser.Default.Parse(items.Select(item => item.GetProperty("Identity").GetString()!), project, sdkDirectory: null);
        var trees = command.SourceFiles.Select(source => CSharpSyntaxTree.ParseText(File.ReadAllText(source.Path), command.ParseOptions, source.Path));
        var compilation = CSharpCompilation.Create(
            command.CompilationName,
            trees,
            command.MetadataReferences.Select(reference => MetadataReference.CreateFromFile(reference.Reference, reference.Properties)),
            // A fault may leave something unused or unreachable: only errors matter here.
            command.CompilationOptions.WithGeneralDiagnosticOption(ReportDiagnostic.Suppress).WithSpecificDiagnosticOptions([]));
        var loader = new Loader();
        var generators = command.AnalyzerReferences.SelectMany(reference => new AnalyzerFileReference(reference.FilePath, loader).GetGenerators(LanguageNames.CSharp));
        CSharpGeneratorDriver.Create(generators, parseOptions: command.ParseOptions).RunGeneratorsAndUpdateCompilation(compilation, out var whole, out _);
        return new Compiler((CSharpCompilation)whole, root, scratch);
    }

    /// <summary>The faults that files can be given.</summary>
    /// <param name="files">Whole paths of sources of the project.</param>
    public IEnumerable<Mutant> Faults(IEnumerable<string> files) =>
        files.SelectMany(file => MutantFinder.In(_trees[file], Path.GetRelativePath(_root, file).Replace('\\', '/')));

    /// <summary>Compiles faults, as many together as can be. Those that do not compile, or change nothing, are in none of the assemblies.</summary>
    public IEnumerable<FaultyAssembly> Compile(IEnumerable<Mutant> mutants)
    {
        List<Mutant> alone = [];
        var pending = new Dictionary<(string, SwitchedSource.Host), Queue<Mutant>>();
        foreach (var mutant in mutants)
        {
            if (SwitchedSource.HostOf(TreeOf(mutant.File), mutant) is not { } host)
            {
                alone.Add(mutant);
            }
            else if (pending.TryGetValue((mutant.File, host), out var others))
            {
                others.Enqueue(mutant);
            }
            else
            {
                pending[(mutant.File, host)] = new Queue<Mutant>([mutant]);
            }
        }

        while (pending.Values.Any(others => others.Count > 0))
        {
            List<Mutant> together = [.. pending.Values.SelectMany(others => Enumerable.Range(0, Math.Min(MostInOneBody, others.Count)).Select(_ => others.Dequeue()))];
            yield return Together(together, alone);
        }

        foreach (var mutant in alone)
        {
            var tree = TreeOf(mutant.File);
            if (Emit(_original.ReplaceSyntaxTree(tree, mutant.In(tree)), out _) is { } assembly && !assembly.AsSpan().SequenceEqual(_unchanged))
            {
                yield return Write(assembly, [(0, mutant)]);
            }
        }
    }

    /// <summary>One assembly with all faults that compile; those that only together do not are left for later.</summary>
    private FaultyAssembly Together(List<Mutant> mutants, List<Mutant> alone)
    {
        // 0 is the number of no fault.
        var faults = mutants.Select((mutant, index) => (Number: index + 1, Mutant: mutant)).ToDictionary(fault => fault.Number);
        while (true)
        {
            var sources = faults.Values.GroupBy(fault => fault.Mutant.File).ToDictionary(file => TreeOf(file.Key).FilePath, file => new SwitchedSource(TreeOf(file.Key), file));
            var compilation = _original.AddSyntaxTrees(CSharpSyntaxTree.ParseText(SwitchedSource.Switch, (CSharpParseOptions)_original.SyntaxTrees[0].Options));
            foreach (var source in sources.Values)
            {
                compilation = compilation.ReplaceSyntaxTree(_trees[Path.GetFullPath(source.Tree.FilePath)], source.Tree);
            }

            if (Emit(compilation, out var errors) is { } assembly)
            {
                return Write(assembly, [.. faults.Values]);
            }

            var guilty = errors.Select(error => Guilty(error, sources, faults.Values)).ToList();
            if (guilty.TrueForAll(numbers => numbers.Count == 0))
            {
                throw new InvalidOperationException($"An error lies outside of every fault: {errors[0]}");
            }

            foreach (var numbers in guilty)
            {
                // One that is guilty by itself would not compile alone either, unless it is a constant that only must stay one.
                alone.AddRange(numbers.Where(faults.ContainsKey).Select(number => faults[number].Mutant).Where(mutant => numbers.Count > 1 || IsConstant(mutant)));
                foreach (var number in numbers)
                {
                    faults.Remove(number);
                }
            }
        }
    }

    /// <summary>The faults that an error comes from: those in whose text it lies, or of the constants that a place names which needs a constant.</summary>
    private IReadOnlyList<int> Guilty(Diagnostic error, Dictionary<string, SwitchedSource> sources, IEnumerable<(int Number, Mutant Mutant)> faults)
    {
        var place = error.Location;
        if (sources.TryGetValue(place.SourceTree!.FilePath, out var source) && source.FaultsAt(place.SourceSpan) is { Count: > 0 } inside
            && !faults.Any(fault => inside.Contains(fault.Number) && IsConstant(fault.Mutant)))
        {
            return inside;
        }

        var named = place.SourceTree.GetRoot().FindNode(place.SourceSpan).DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.Text).ToHashSet(StringComparer.Ordinal);
        List<int> constants = [.. faults.Where(fault => IsConstant(fault.Mutant) && named.Contains(NameOf(fault.Mutant))).Select(fault => fault.Number)];
        return constants.Count > 0 || source is null ? constants : source.FaultsAt(place.SourceSpan);
    }

    private bool IsConstant(Mutant mutant) => SwitchedSource.HostOf(TreeOf(mutant.File), mutant) is { Form: SwitchedSource.Form.Constant };

    private string NameOf(Mutant mutant) =>
        TreeOf(mutant.File).GetRoot().FindNode(mutant.Span).FirstAncestorOrSelf<FieldDeclarationSyntax>()!.Declaration.Variables[0].Identifier.Text;

    private FaultyAssembly Write(byte[] assembly, IReadOnlyList<(int Number, Mutant Mutant)> faults)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_scratch, $"assembly{_assemblies++}")).FullName;
        var path = Path.Combine(folder, "Hspi.Core.dll");
        File.WriteAllBytes(path, assembly);
        return new FaultyAssembly(path, faults);
    }

    private SyntaxTree TreeOf(string file) => _trees[Path.Combine(_root, file)];

    private static byte[]? Emit(CSharpCompilation compilation, out IReadOnlyList<Diagnostic> errors)
    {
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        errors = [.. result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error)];
        return result.Success ? stream.ToArray() : null;
    }

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath) { }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}

/// <summary>An assembly with faults asleep in it.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Faults">Each with the number that wakes it; 0 for one that is always awake.</param>
internal sealed record FaultyAssembly(string Path, IReadOnlyList<(int Number, Mutant Mutant)> Faults);
