using System.Buffers;
using System.Runtime.InteropServices;

namespace Hspi.Networks.Models;

/// <summary>Bytes that are computed each time they are looked at, so that a model larger than memory can be a value.</summary>
internal sealed class ComputedBytes : MemoryManager<byte>
{
    private readonly Func<float[]> _compute;

    private ComputedBytes(Func<float[]> compute) => _compute = compute;

    /// <summary>The bytes of numbers.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="compute">Gives a quarter as many numbers, always the same ones.</param>
    public static ReadOnlyMemory<byte> Of(int length, Func<float[]> compute) => new ComputedBytes(compute).CreateMemory(length);

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(_compute().AsSpan());

    /// <inheritdoc/>
    /// <remarks>Nothing here hands weights to native code without a copy.</remarks>
    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Computed weights lie nowhere.");

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
