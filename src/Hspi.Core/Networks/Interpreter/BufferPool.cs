using System.Numerics;

namespace Hspi.Networks.Interpreter;

/// <summary>Arrays that are used again as soon as no value needs them: a decode step allocates next to nothing.</summary>
internal sealed class BufferPool
{
    private readonly Stack<float[]>?[] _free = new Stack<float[]>?[32];

    /// <summary>A buffer of at least <paramref name="count"/> numbers, with any content, held once.</summary>
    public SharedBuffer Rent(int count)
    {
        var size = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, count)));
        return new SharedBuffer(_free[size]?.TryPop(out var used) == true ? used : GC.AllocateUninitializedArray<float>(1 << size), this);
    }

    /// <summary>A buffer of just <paramref name="count"/> numbers that will leave the graph; see <see cref="SharedBuffer.TryTake"/>.</summary>
    public static SharedBuffer Leaving(int count) => new(GC.AllocateUninitializedArray<float>(count), null, leaves: true);

    internal void Return(float[] array)
    {
        var size = BitOperations.Log2((uint)array.Length);
        (_free[size] ??= new Stack<float[]>()).Push(array);
    }
}

/// <summary>Numbers that several values may look at (a reshaped value shares those of its source).</summary>
/// <param name="array">The numbers.</param>
/// <param name="pool">Where they go after the last use; null for weights and the caller's arrays, which are never written.</param>
/// <param name="leaves">Whether the array was made for one result of the graph.</param>
internal sealed class SharedBuffer(float[] array, BufferPool? pool, bool leaves = false)
{
    private int _holders = 1;
    private bool _leaves = leaves;

    /// <summary>The numbers, and perhaps more behind them.</summary>
    public float[] Array => array;

    /// <summary>One more value looks at them.</summary>
    public SharedBuffer Hold()
    {
        _holders++;
        return this;
    }

    /// <summary>Gives the array away, once, if it was made for that: then nobody here writes to it any more.</summary>
    public bool TryTake()
    {
        var mine = _leaves;
        _leaves = false;
        return mine;
    }

    /// <summary>One value fewer.</summary>
    public void Release()
    {
        if (--_holders == 0)
        {
            pool?.Return(array);
        }
    }
}
