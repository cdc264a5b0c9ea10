using System.Reflection;
using System.Runtime.Loader;
using Xunit;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

namespace Hspi.Mutation;

/// <summary>Runs tests against one faulty assembly after another, inside a process of its own that may hang or die.</summary>
/// <remarks>Assembly and tests are loaded anew for each fault: what a static field keeps of the last one would blame the next.</remarks>
internal static class Worker
{
    /// <summary>Tests that took longer come last, one by one: most faults are noticed before.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(20);

    private static readonly Dictionary<string, TimeSpan> Took = new(StringComparer.Ordinal);

    /// <summary>Answers lines of <c>ASSEMBLY|NUMBER|NAMESPACE</c> on standard input, each with a line of <c>COUNT|FAILED</c>, until there are no more.</summary>
    /// <param name="folder">The folder of the built tests.</param>
    public static async Task ServeAsync(string folder)
    {
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, $"{name.Name}.dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        var answers = Console.Out;
        Console.SetOut(TextWriter.Null);
        Console.SetError(TextWriter.Null);
        while (await Console.In.ReadLineAsync() is { } line && line.Split('|') is [var assembly, var number, var selected])
        {
            Environment.SetEnvironmentVariable("HSPI_MUTANT", number);
            var tests = new Faulty(assembly).LoadFromAssemblyPath(Path.Combine(folder, "Hspi.Core.Tests.dll"));
            var (passed, failed) = await RunAsync(tests, selected);
            await answers.WriteLineAsync($"{passed}|{failed?.ReplaceLineEndings(" ")}");
            await answers.FlushAsync();
        }
    }

    private static async Task<(int Passed, string? Failed)> RunAsync(Assembly tests, string selected)
    {
        TestContext.SetForInitialization(diagnosticMessageSink: null, diagnosticMessages: false, internalDiagnosticMessages: false);
        var framework = new XunitTestFramework();
        var types = tests.GetTypes().Where(type => type.Namespace == selected).ToArray();
        List<ITestCase> cases = [];
        await framework.GetDiscoverer(tests).Find(
            found =>
            {
                cases.Add(found);
                return new(true);
            },
            TestFrameworkOptions.ForDiscovery(Settings),
            types,
            null);
        cases.RemoveAll(one => one.Traits.TryGetValue("speed", out var speeds) && speeds.Contains("slow"));
        var quick = cases.Where(one => Took.GetValueOrDefault(one.TestCaseDisplayName) < Quick).ToList();
        var sink = new Sink();
        foreach (var together in cases.Except(quick).OrderBy(one => Took[one.TestCaseDisplayName]).Select(one => new List<ITestCase> { one }).Prepend(quick))
        {
            await framework.GetExecutor(tests).RunTestCases(together, sink, TestFrameworkOptions.ForExecution(Settings), null);
            if (sink.Failed is not null)
            {
                break;
            }
        }

        return (sink.Passed, sink.Failed);
    }

    private static TestAssemblyConfiguration Settings => new()
    {
        ParallelMode = ParallelMode.None,
        PreEnumerateTheories = false,
        StopOnFail = true,
        SynchronousMessageReporting = true,
    };

    private sealed class Faulty(string assembly) : AssemblyLoadContext
    {
        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == Path.GetFileNameWithoutExtension(assembly) ? LoadFromAssemblyPath(assembly) : null;
    }

    private sealed class Sink : IMessageSink
    {
        public int Passed { get; private set; }

        /// <summary>The first thing that went wrong.</summary>
        public string? Failed { get; private set; }

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestPassed:
                    Passed++;
                    break;
                case IErrorMetadata wrong:
                    Failed ??= $"{(wrong as ITestFailed)?.TestUniqueID} {string.Join(' ', wrong.Messages)}";
                    break;
                case ITestCaseStarting one:
                    _name = one.TestCaseDisplayName;
                    break;
                case ITestCaseFinished one:
                    Took[_name] = TimeSpan.FromSeconds((double)one.ExecutionTime);
                    break;
            }

            return Failed is null;
        }

        private string _name = "";
    }
}
