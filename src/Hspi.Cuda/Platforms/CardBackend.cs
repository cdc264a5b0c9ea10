using Hspi.Answers;
using Hspi.Backends;
using Hspi.Cuda.Cards;
using Hspi.Cuda.Native;
using Hspi.Networks;
using Hspi.Networks.Interpreter;
using Hspi.Platforms;
using Hspi.Probes;

namespace Hspi.Cuda.Platforms;

/// <summary>A card as every other backend: the committed networks with each product in the card's matrix library.</summary>
/// <param name="card">The card.</param>
/// <param name="products">Its library; borrowed.</param>
/// <param name="network">Which types each product has.</param>
/// <param name="batch">Sequences computed together.</param>
/// <param name="networks">The committed networks.</param>
internal sealed class CardBackend(CudaCard card, ILibraryProducts products, CardNetwork network, int batch, NetworkLibrary networks) : IBackend
{
    private readonly NetworkBackend _backend = new(
        CardPlatform.Of(card, products.Engine, products.Version, network.Name, network.Kernels, batch), model => new GraphSession(model, network.On(products)), networks);

    /// <inheritdoc/>
    public Platform Platform => _backend.Platform;

    /// <inheritdoc/>
    public async ValueTask<Answer> AskAsync(Probe probe, CancellationToken cancellationToken)
    {
        try
        {
            return await _backend.AskAsync(probe, cancellationToken);
        }
        catch (NoKernelException none)
        {
            return new Answer.Unsupported(probe, none.Message);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _backend.DisposeAsync();
}
