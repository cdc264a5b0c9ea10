using System.Diagnostics;
using System.Globalization;
using Hspi.Dialects;
using Hspi.Readers.Lattice;
using Hspi.Readers.LogUnit;
using Hspi.Readers.NumberText;
using Hspi.Evaluation.Simulation;
using Hspi.Readers.Steadiness;

namespace Hspi.Core.Tests.Readers;

[Trait("speed", "slow")]
public sealed class ReaderSpeedTests(ITestOutputHelper output)
{
    private const int Answers = 400;
    private const string LinuxThreadTime = "/proc/thread-self/schedstat";

    // Of processor time: what other tests and programs take of the machine does not count. The figure itself is printed.
    private const double LeastRate = 2000;
    private const int FewestRounds = 8;
    private const int MostRounds = 60;

    [Fact]
    public void Reading_is_fast_and_makes_hardly_any_garbage()
    {
        foreach (var head in HeadText.Known)
        {
            var answers = Simulated(head);
            var (rate, bytes) = (0.0, 0L);
            // The best of many: the first rounds compile, and on a busy machine the compiler, a thread of its own, comes late.
            for (var round = 0; round < MostRounds && (round < FewestRounds || rate < LeastRate); round++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var start = ThreadTime();
                ReadAll(answers);
                rate = Math.Max(rate, Answers / (ThreadTime() - start).TotalSeconds);
                bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Answers;
            }

            output.WriteLine($"{head}: {rate:F0} answers of one token with 20 logprobs a second of processor time, all readers; {bytes} bytes allocated for each");
            Assert.True(rate >= LeastRate, $"{head}: {rate:F0} answers a second");
            Assert.True(bytes < 4096, $"{head}: {bytes} bytes an answer");
        }
    }

    /// <summary>Processor time of this thread: Linux counts it in nanoseconds. Elsewhere the clock on the wall, which only knows it on an idle machine.</summary>
    private static TimeSpan ThreadTime() => File.Exists(LinuxThreadTime)
        ? TimeSpan.FromMicroseconds(double.Parse(File.ReadAllText(LinuxThreadTime).Split(' ')[0], CultureInfo.InvariantCulture) / 1000)
        : Stopwatch.GetElapsedTime(0);

    private static void ReadAll(List<ParsedAnswer> answers)
    {
        var (lattice, text, log, steady) = (new LogitLatticeReader(), new NumberTextReader(), new LogUnitReader(), new SteadinessReader());
        foreach (var answer in answers)
        {
            lattice.Add(answer);
            text.Add(answer);
            log.Add(answer);
            steady.Add("q", answer);
        }
    }

    private static List<ParsedAnswer> Simulated(Head head)
    {
        var endpoint = new SimulatedEndpoint(head, 32_000, 20, 1, 0, false, LogprobRecipe.MaxThenLog, LogprobPrint.DoubleOfFloat32, false);
        var simulated = new SimulatedAnswers(endpoint, 3);
        return [.. Enumerable.Range(0, Answers).Select(_ => new ParsedAnswer { Dialect = "openai-chat", Steps = simulated.Next() })];
    }
}
