using System.Text;
using Hspi.Backends.Torch.Loading;

namespace Hspi.Backends.Tests.Torch;

public sealed class SharedLibraryPatchTests
{
    [Fact]
    public void Only_the_name_its_version_and_one_flag_change()
    {
        var library = Library();

        var patched = SharedLibraryPatch.Apply(library);

        // "getppid" and its end over the first 8 letters; 2 bytes of a version index; 1 of the flag.
        Assert.Equal(library.Length, patched.Length);
        Assert.InRange(library.Zip(patched).Count(pair => pair.First != pair.Second), 8, 11);
        Assert.Equal(-1, patched.AsSpan().IndexOf(Encoding.ASCII.GetBytes("\0" + SharedLibraryPatch.MissingSymbol + "\0")));
    }

    [Fact]
    public void A_library_that_does_not_import_the_symbol_is_refused()
    {
        var patched = SharedLibraryPatch.Apply(Library());

        var refused = Assert.Throws<HspiException>(() => SharedLibraryPatch.Apply(patched));

        Assert.Contains(SharedLibraryPatch.MissingSymbol, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_library_or_half_of_one_is_refused()
    {
        var library = Library();

        Assert.Throws<HspiException>(() => SharedLibraryPatch.Apply([]));
        Assert.Throws<HspiException>(() => SharedLibraryPatch.Apply(Encoding.ASCII.GetBytes(new string('x', 4096))));
        Assert.Throws<HspiException>(() => SharedLibraryPatch.Apply(library.AsSpan(0, library.Length / 2)));
    }

    private static byte[] Library()
    {
        Assert.SkipWhen(TorchLoader.Unavailable() is not null, TorchLoader.Unavailable() ?? "");
        return File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));
    }
}
