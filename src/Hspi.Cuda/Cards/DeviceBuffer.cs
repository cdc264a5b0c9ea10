using Hspi.Cuda.Native;

namespace Hspi.Cuda.Cards;

/// <summary>Memory of the card that grows as it is asked to hold more.</summary>
internal sealed class DeviceBuffer(CudaDriver driver) : IDisposable
{
    private ulong _address;
    private long _bytes;

    /// <summary>Address of at least as many bytes; what they hold is not said.</summary>
    public ulong Of(int bytes)
    {
        if (_address == 0 || bytes > _bytes)
        {
            Dispose();
            _bytes = Math.Max(1 << 20, 2L * bytes);
            _address = driver.Allocate(_bytes);
        }

        return _address;
    }

    /// <summary>Address of a copy.</summary>
    public ulong Holding(ReadOnlySpan<byte> bytes)
    {
        var address = Of(bytes.Length);
        driver.Write(address, bytes);
        return address;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_address != 0)
        {
            driver.Free(_address);
            _address = 0;
        }
    }
}
