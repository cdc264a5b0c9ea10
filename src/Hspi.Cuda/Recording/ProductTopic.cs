using Hspi.Cuda.Cards;
using Hspi.Cuda.Native;
using Hspi.Cuda.Reports;

namespace Hspi.Cuda.Recording;

/// <summary>Products of the matrix library over some hundreds of shapes, against the models of its summation.</summary>
internal sealed class ProductTopic() : CardTopic("products", "library products over shapes, types and compute modes", 250)
{
    /// <inheritdoc/>
    public override Task<CardReport> AskAsync(TopicContext context, CardReport report, CancellationToken cancellationToken)
    {
        using var library = OpenedLibrary.Of(context.Card);
        List<ProductAgreement> products = [];
        foreach (var product in ProductCheck.Run(library, context.Architecture, context.Options.Shapes, context.Options.Seed, cancellationToken))
        {
            products.Add(product);
            if (context.IsLate())
            {
                break;
            }
        }

        context.Progress.Report($"{products.Count} of {context.Options.Shapes.Count * CublasLtTypes.All.Count} library products asked");
        return Task.FromResult(report with { Products = products, CublasLt = library.Library });
    }
}

/// <summary>The matrix library, or a reason why a topic cannot be asked.</summary>
internal static class OpenedLibrary
{
    /// <summary>Opens it; the caller disposes it.</summary>
    /// <exception cref="HspiException">There is none.</exception>
    public static ILibraryProducts Of(ICard card) => card.TryOpenLibrary(out var library, out var whyNot)
        ? library
        : throw new HspiException($"no cuBLASLt: {whyNot}. Install it, or set LD_LIBRARY_PATH to its folder.");
}
