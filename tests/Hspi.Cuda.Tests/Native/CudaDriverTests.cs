using System.Runtime.InteropServices;
using System.Text;
using Hspi.Cuda.Native;
using Hspi.Tests;

namespace Hspi.Cuda.Tests.Native;

/// <summary>The driver as our late-bound addresses see it, beside the same driver as the runtime's own binding sees it.</summary>
public sealed class CudaDriverTests
{
    private const string Library = "libcuda.so.1";

    [Fact]
    [NeedsCard]
    public void The_driver_describes_its_first_card_as_it_does_to_anybody()
    {
        _ = RealCard.OpenOrSkip();

        Assert.True(CudaDriver.TryOpen(out _, out var card, out var whyNot), whyNot);

        var name = new byte[256];
        Assert.Equal(0, cuInit(0));
        Assert.Equal(0, cuDeviceGetCount(out var count));
        Assert.Equal(0, cuDriverGetVersion(out var version));
        Assert.Equal(0, cuDeviceGet(out var device, 0));
        Assert.Equal(0, cuDeviceGetName(name, name.Length, device));
        Assert.Equal(0, cuDeviceComputeCapability(out var major, out var minor, device));
        Assert.True(count >= 1);
        Assert.Equal("", whyNot);
        Assert.NotEqual("", card.Name);
        Assert.Equal(
            (Encoding.UTF8.GetString(name).TrimEnd('\0'), (10 * major) + minor, $"{version / 1000}.{version % 1000 / 10}"),
            (card.Name, card.ComputeCapability, card.CudaVersion));
        Assert.InRange(card.Multiprocessors, 1, 1000);
    }

    [Fact]
    [NeedsCard]
    public async Task Memory_is_written_on_one_thread_and_read_on_another()
    {
        _ = RealCard.OpenOrSkip();
        Assert.True(CudaDriver.TryOpen(out var driver, out _, out var whyNot), whyNot);
        byte[] bytes = [1, 2, 3, 250], read = new byte[4];

        var address = driver.Allocate(bytes.Length);
        driver.Write(address, bytes);
        await Task.Factory.StartNew(() => driver.Read(address, read), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        driver.Free(address);

        Assert.Equal(bytes, read);
    }

    [Fact]
    [NeedsNoCard]
    public void Without_a_card_one_sentence_names_the_drivers_file_and_nothing_is_thrown() =>
        Assert.Matches("libcuda|nvcuda", RealCard.AbsenceOrSkip());

    [Fact]
    [NeedsNoCard]
    public void Without_a_driver_the_sentence_names_the_packages_that_bring_it()
    {
        Assert.SkipWhen(NativeLibrary.TryLoad(Library, out _), $"{Library} is installed here.");

        Assert.EndsWith("NVIDIA's driver brings it: Debian's package libcuda1, Ubuntu's libnvidia-compute", RealCard.AbsenceOrSkip(), StringComparison.Ordinal);
    }

    [DllImport(Library, ExactSpelling = true)]
    private static extern int cuInit(uint flags);

    [DllImport(Library, ExactSpelling = true)]
    private static extern int cuDeviceGetCount(out int count);

    [DllImport(Library, ExactSpelling = true)]
    private static extern int cuDriverGetVersion(out int version);

    [DllImport(Library, ExactSpelling = true)]
    private static extern int cuDeviceGet(out int device, int ordinal);

    [DllImport(Library, ExactSpelling = true)]
    private static extern int cuDeviceGetName(byte[] name, int length, int device);

    [DllImport(Library, ExactSpelling = true)]
    private static extern int cuDeviceComputeCapability(out int major, out int minor, int device);
}
