using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;

namespace Hspi.Benchmarks;

/// <summary>One job as the host is, one without AVX-512.</summary>
internal sealed class InstructionSets : ManualConfig
{
    public InstructionSets()
    {
        ArtifactsPath = Path.Combine(".artifacts", "benchmarks");
        // Few iterations: 24 benchmarks of a tenth of a second each, and the whole table in minutes.
        Job job = Job.Default.WithWarmupCount(2).WithIterationCount(10).WithEnvironmentVariable("OPENBLAS_NUM_THREADS", "1");
        AddJob(job.WithId("host"));
        AddJob(job.WithId("AVX2").WithEnvironmentVariables(
            new EnvironmentVariable("OPENBLAS_NUM_THREADS", "1"),
            new EnvironmentVariable("DOTNET_EnableAVX512", "0"),
            new EnvironmentVariable("OPENBLAS_CORETYPE", "Haswell")));
    }
}
