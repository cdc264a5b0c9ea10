using System.Runtime.CompilerServices;
using Hspi.Cuda.Native;

namespace Hspi.Cuda.Tests.Native;

public sealed class NativeLayoutTests
{
    // Sizes from cublasLt.h of CUDA 11.8, 12.8 and 13.0: the struct is written by the library, so a wrong size would corrupt our stack.
    [Fact]
    public void Native_structs_have_the_sizes_of_the_header()
    {
        Assert.Equal(64, Unsafe.SizeOf<CublasLtAlgorithm>());
        Assert.Equal(96, Unsafe.SizeOf<CublasLtHeuristic>());
    }

    [Fact]
    public void An_absent_library_is_a_reason_that_names_what_was_looked_for()
    {
        var found = LateLibrary.TryLoad(["libhspi-absent.so.2", "libhspi-absent.so.1"], out var library, out var whyNot);

        Assert.False(found);
        Assert.Null(library);
        Assert.Equal("none of libhspi-absent.so.2, libhspi-absent.so.1 is installed on this machine", whyNot);
    }

    [Fact]
    public void A_function_that_a_library_lacks_is_named_with_the_library()
    {
        Assert.True(LateLibrary.TryLoad(["libc.so.6"], out var library, out _));

        var error = Assert.Throws<HspiException>(() => library.Export("cuNoSuchFunction"));

        Assert.Contains("libc.so.6 has no function cuNoSuchFunction", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absent_runtime_library_is_said_in_one_sentence() =>
        Assert.Matches("^(libcudart|none of libcudart.so.13, libcudart.so.12, libcudart.so.11.0 is installed)", CudaRuntime.Describe());
}
