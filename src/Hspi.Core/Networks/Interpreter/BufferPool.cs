using System.Numerics;

namespace Hspi.Networks.Interpreter;

/// <summary>Arrays that are used again as soon as no value needs them: a decode step allocates next to nothing.</summary>
internal sealed class BufferPool
{
    private const int Smallest = 64;

    private readonly Stack<float[]>?[] _free = new Stack<float[]>?[32];

    /// <summary>A buffer of at least <paramref name="count"/> numbers, with any content, held once.</summary>
    public SharedBuffer Rent(int count)
    {
        var size = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(Smallest, count)));
        return new SharedBuffer(_free[size]?.TryPop(out var used) == true ? used : GC.AllocateUninitializedArray<float>(1 << size), this);
    }

    /// <summary>Takes an array that nobody uses, if it has a size that is rented.</summary>
    public void Return(float[] array)
    {
        if (array.Length >= Smallest && BitOperations.IsPow2(array.Length))
        {
            (_free[BitOperations.Log2((uint)array.Length)] ??= new Stack<float[]>()).Push(array);
        }
    }
}

/// <summary>Numbers that several values may look at (a reshaped value shares those of its source).</summary>
/// <param name="array">The numbers.</param>
/// <param name="pool">Where they go after the last use; null for weights and the caller's arrays, which are never written.</param>
internal sealed class SharedBuffer(float[] array, BufferPool? pool)
{
    private BufferPool? _pool = pool;
    private int _holders = 1;

    /// <summary>The numbers, and perhaps more behind them.</summary>
    public float[] Array => array;

    /// <summary>One more value looks at them.</summary>
    public SharedBuffer Hold()
    {
        _holders++;
        return this;
    }

    /// <summary>Takes the array out of the pool for good, so that nobody here writes to it any more.</summary>
    /// <returns>Whether it was the pool's; if not, somebody else may have it already.</returns>
    public bool TryTake()
    {
        var pooled = _pool is not null;
        _pool = null;
        return pooled;
    }

    /// <summary>One value fewer.</summary>
    public void Release()
    {
        if (--_holders == 0)
        {
            _pool?.Return(array);
        }
    }
}
