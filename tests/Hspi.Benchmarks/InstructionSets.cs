using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;

namespace Hspi.Benchmarks;

/// <summary>One job as the host is, one without AVX-512.</summary>
internal sealed class InstructionSets : ManualConfig
{
    public InstructionSets()
    {
        Job job = Job.Default.WithEnvironmentVariable("OPENBLAS_NUM_THREADS", "1");
        AddJob(job.WithId("host"));
        AddJob(job.WithId("AVX2").WithEnvironmentVariables(
            new EnvironmentVariable("OPENBLAS_NUM_THREADS", "1"),
            new EnvironmentVariable("DOTNET_EnableAVX512", "0"),
            new EnvironmentVariable("OPENBLAS_CORETYPE", "Haswell")));
    }
}
