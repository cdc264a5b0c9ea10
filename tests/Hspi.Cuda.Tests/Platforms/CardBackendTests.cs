using Hspi.Answers;
using Hspi.Collection;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Native;
using Hspi.Cuda.Platforms;
using Hspi.Networks;
using Hspi.Probes;

namespace Hspi.Cuda.Tests.Platforms;

public sealed class CardBackendTests
{
    private static readonly NetworkLibrary Networks = new(NetworkLibrary.DefaultFolder);
    private static readonly CudaCard Card = new("NVIDIA H200", 90, 132, "13.0");
    private static readonly Probe Prompt = new ProbeLibrary(Path.Combine(NetworkLibrary.DefaultFolder, "probes")).Make("random-words", 1, 1).Probes[0];

    [Fact]
    public async Task A_card_answers_a_probe_and_names_itself_as_every_backend_does()
    {
        using var library = new ComputedProducts(MadeUp.Hopper, null);
        await using var backend = new CardBackend(Card, library, CardNetwork.All[1], 1, Networks);

        var answer = await backend.AskAsync(Prompt, TestContext.Current.CancellationToken);

        Assert.Equal("engine=made-up version=0 device=h200 arch=hopper precision=bf16 batch=1", backend.Platform.ToString());
        Assert.IsType<Answer.Measured>(answer);
    }

    [Fact]
    public async Task A_library_without_a_kernel_is_an_answer_and_no_failure()
    {
        using var library = new NoKernels();
        await using var backend = new CardBackend(Card, library, CardNetwork.All[2], 1, Networks);

        var answer = Assert.IsType<Answer.Unsupported>(await backend.AskAsync(Prompt, TestContext.Current.CancellationToken));

        Assert.Equal(Prompt, answer.Probe);
        Assert.StartsWith("libcublasLt.so.13 has no kernel for e4m3-fast of ", answer.Reason, StringComparison.Ordinal);
    }

    private sealed class NoKernels : ILibraryProducts
    {
        public string Engine => "cublaslt";

        public string Version => "13.0.0";

        public string Library => "libcublasLt.so.13";

        public CublasLtChoice? Multiply(CublasLtTypes types, int m, int n, int k, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> d) => null;

        public void Dispose()
        {
        }
    }
}
