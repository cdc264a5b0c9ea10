using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hspi.Backends.Torch.Training;

/// <summary>AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019, algorithm 2).</summary>
/// <remarks>
/// Not TorchSharp 0.107's own: that one makes each factor on the way into the call of libtorch and keeps it nowhere, so
/// the collector may free it while libtorch reads it. Trainings then fail ("Expected false to be true", c10's Scalar) or,
/// worse, take another number. Here every factor is held until the step is done; the operations and their order are the
/// same, and so are the trained bytes.
/// </remarks>
internal sealed class AdamW : IDisposable
{
    private const double Epsilon = 1e-8;

    private readonly List<(Parameter Weight, Tensor Mean, Tensor Square)> _weights;
    private readonly double _meanDecay;
    private readonly double _squareDecay;
    private readonly double _weightDecay;
    private int _steps;

    /// <param name="weights">What is trained; stays the caller's.</param>
    /// <param name="meanDecay">β₁: the share of the gradients' running mean that a step keeps.</param>
    /// <param name="squareDecay">β₂: the share of the running mean of the gradients' squares that a step keeps.</param>
    /// <param name="weightDecay">λ: a step takes this share of every weight away, times the rate.</param>
    public AdamW(IEnumerable<Parameter> weights, double meanDecay, double squareDecay, double weightDecay)
    {
        (_meanDecay, _squareDecay, _weightDecay) = (meanDecay, squareDecay, weightDecay);
        _weights = [.. weights.Select(weight => (weight, Moment(weight), Moment(weight)))];
    }

    /// <summary>Forgets the gradients of the step before.</summary>
    public void ClearGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var (weight, _, _) in _weights)
        {
            weight.grad?.zero_();
        }
    }

    /// <summary>Moves every weight that has a gradient.</summary>
    /// <param name="rate">The learning rate of this step.</param>
    public void Step(double rate)
    {
        _steps++;
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        using var kept = (1 - (rate * _weightDecay)).ToScalar();
        using var keptMean = _meanDecay.ToScalar();
        using var newMean = (1 - _meanDecay).ToScalar();
        using var keptSquare = _squareDecay.ToScalar();
        using var newSquare = (1 - _squareDecay).ToScalar();
        using var bias = Math.Sqrt(1 - Math.Pow(_squareDecay, _steps)).ToScalar();
        using var epsilon = Epsilon.ToScalar();
        using var once = 1.ToScalar();
        using var back = (-rate / (1 - Math.Pow(_meanDecay, _steps))).ToScalar();
        foreach (var (weight, mean, square) in _weights)
        {
            if (weight.grad is not { } gradient)
            {
                continue;
            }

            weight.mul_(kept);
            mean.mul_(keptMean).add_(gradient, newMean);
            square.mul_(keptSquare).addcmul_(gradient, gradient, newSquare);
            weight.addcdiv_(mean, square.sqrt().div_(bias).add_(epsilon, once), back);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, mean, square) in _weights)
        {
            mean.Dispose();
            square.Dispose();
        }
    }

    private static Tensor Moment(Parameter weight) => zeros_like(weight).DetachFromDisposeScope();
}
