namespace Hspi.Networks;

/// <summary>One ONNX graph, loaded by one runtime under one setting, ready to run. Not thread-safe.</summary>
/// <remarks>Every backend runs the same graphs, so a difference in the answer is a difference of platform.</remarks>
public interface INetworkSession : IDisposable
{
    /// <summary>Runs the graph once.</summary>
    /// <param name="inputs">A tensor for every graph input, by name. A cache input may have an axis of length 0.</param>
    /// <returns>A tensor for every graph output, by name; 16-bit results widened exactly to fp32.</returns>
    IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs);

    /// <summary>Takes a result of an earlier run that nobody will read again: a runtime may compute the next ones in its memory.</summary>
    /// <param name="result">A tensor from <see cref="Run"/> of this session, given back at most once.</param>
    void TakeBack(Tensor result)
    {
    }
}
