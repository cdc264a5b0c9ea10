using System.Globalization;
using Hspi.Numerics.Functions;

namespace Hspi.Answers;

/// <summary>The one way in which logits become logprobs here: what is served, enrolled and compared must agree in every digit.</summary>
public static class LogSoftmax
{
    /// <summary>The logprob of every token.</summary>
    /// <param name="logits">By token id.</param>
    /// <returns>
    /// log(exp(x − max) / Σ exp(x − max)): differences and the sum in fp64 in the order of ids, rounded once to fp32.
    /// exp and log are those of <see cref="ReproducibleMath"/>, so that every host prints the same digits. NaN everywhere if a logit is NaN or +∞.
    /// </returns>
    public static float[] Of(ReadOnlySpan<float> logits)
    {
        var greatest = Greatest(logits);
        var log = LogSum(logits);
        var result = new float[logits.Length];
        for (var id = 0; id < result.Length; id++)
        {
            result[id] = Of(logits[id], greatest, log);
        }

        return result;
    }

    /// <summary>The logprob of one token, from what a dataset keeps.</summary>
    /// <param name="logit">Its logit.</param>
    /// <param name="greatest">The greatest logit of all tokens.</param>
    /// <param name="logSum"><see cref="LogSum"/> of all tokens.</param>
    public static float Of(float logit, double greatest, double logSum) => (float)(logit - greatest - logSum);

    /// <summary>ln Σ exp(x − max), in fp64 in the order of ids.</summary>
    public static double LogSum(ReadOnlySpan<float> logits)
    {
        var greatest = Greatest(logits);
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += ReproducibleMath.Exp(logit - greatest);
        }

        return ReproducibleMath.Log(sum);
    }

    /// <summary>The logprob as the common servers print it: the shortest decimal that reads back as the double of this float32.</summary>
    /// <remarks>Python's form: <c>-0.0</c>, <c>-5.0</c>, <c>-1.1920928955078125e-07</c>. Not for NaN and infinities, which JSON cannot hold.</remarks>
    public static string Text(float logprob)
    {
        if (!float.IsFinite(logprob))
        {
            throw new ArgumentOutOfRangeException(nameof(logprob), logprob, "JSON holds finite numbers only.");
        }

        var text = ((double)logprob).ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }

    private static double Greatest(ReadOnlySpan<float> logits)
    {
        var greatest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            greatest = Math.Max(greatest, logit);
        }

        return greatest;
    }
}
