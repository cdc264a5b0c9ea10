namespace Hspi.Numerics.Gemm;

/// <summary>Runs the parts of a product, on one thread or several.</summary>
internal static class ParallelLoop
{
    public static void Run(int count, int degreeOfParallelism, Action<int> body)
    {
        if (degreeOfParallelism > 1 && count > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = degreeOfParallelism }, body);
            return;
        }
        for (int i = 0; i < count; i++)
        {
            body(i);
        }
    }
}
