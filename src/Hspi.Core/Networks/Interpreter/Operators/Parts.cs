namespace Hspi.Networks.Interpreter.Operators;

/// <summary>Work on rows or elements that know nothing of each other, divided over threads. Where it is cut changes no bit.</summary>
internal static class Parts
{
    // More parts than threads, because rows differ in cost: half of a prompt's scores are masked.
    private const int PartsPerThread = 4;

    /// <summary>Calls <paramref name="body"/> with ranges that cover 0 to <paramref name="count"/>.</summary>
    /// <param name="threads">Threads at most.</param>
    /// <param name="count">Rows or elements.</param>
    /// <param name="grain">A range begins at a multiple of this and holds as many at least: fewer are not worth a thread.</param>
    /// <param name="body">Takes the first and the number behind the last.</param>
    public static void Run(int threads, int count, int grain, Action<int, int> body)
    {
        var parts = threads == 1 ? 1 : Math.Min(PartsPerThread * threads, count / grain);
        if (parts < 2)
        {
            body(0, count);
            return;
        }

        var length = (((count + parts - 1) / parts) + grain - 1) / grain * grain;
        Parallel.For(
            0,
            (count + length - 1) / length,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            part => body(part * length, Math.Min(count, (part + 1) * length)));
    }
}
