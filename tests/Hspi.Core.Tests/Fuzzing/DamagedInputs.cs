using System.Globalization;

namespace Hspi.Core.Tests.Fuzzing;

/// <summary>Attacks a reader with damaged inputs, seeded: what it refuses must be refused with words, in bounded time and memory.</summary>
/// <remarks>HSPI_FUZZ_CASES sets the number of cases in all, of each test project; <c>make fuzz</c> runs more than a million. Compiled into the tests of cards too.</remarks>
internal static class DamagedInputs
{
    private const long MostMemory = 512L << 20;
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(5);

    /// <summary>Cases in all.</summary>
    public static int Cases { get; } = int.Parse(Environment.GetEnvironmentVariable("HSPI_FUZZ_CASES") ?? "12000", CultureInfo.InvariantCulture);

    /// <summary>Runs the cases one after the other, and prints what they took.</summary>
    /// <param name="what">What is damaged.</param>
    /// <param name="cases">How often.</param>
    /// <param name="seed">Of the damages.</param>
    /// <param name="attack">Reads one damaged input; what it throws is a crash, but for what <paramref name="isRefusal"/> allows.</param>
    /// <param name="isRefusal">Which exceptions are refusals with words; null for none.</param>
    public static void Run(string what, int cases, ulong seed, Action<Mutator> attack, Func<Exception, bool>? isRefusal = null)
    {
        var (slowest, most) = (TimeSpan.Zero, 0L);
        for (var number = 0; number < cases; number++)
        {
            // The processor's time, not the wall's: a busy machine is no hang of ours.
            var started = Environment.CpuUsage.TotalTime;
            try
            {
                attack(new Mutator((seed << 40) + (ulong)number));
            }
            catch (Exception refused) when (isRefusal?.Invoke(refused) == true)
            {
            }
            catch (Exception crash) when (crash is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{what}, case {number}: {crash}");
            }

            var took = Environment.CpuUsage.TotalTime - started;
            slowest = took > slowest ? took : slowest;
            Assert.True(took < Slowest, $"{what}, case {number} took {took.TotalSeconds:0.0} s");
            if (number % 1000 == 0)
            {
                most = Math.Max(most, Environment.WorkingSet);
                Assert.True(GC.GetTotalMemory(forceFullCollection: false) < MostMemory, $"{what}, case {number}: more than {MostMemory >> 20} MiB are held");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {cases} cases, 0 crashes, slowest {slowest.TotalMilliseconds:0} ms, working set at most {most >> 20} MiB"));
    }
}
