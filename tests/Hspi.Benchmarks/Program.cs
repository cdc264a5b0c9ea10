using Hspi.Benchmarks;

// "networks" is a table of its own; everything else is BenchmarkDotNet's.
if (args is ["networks"])
{
    NetworkSpeed.Run();
}
else
{
    BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
