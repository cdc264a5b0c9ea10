using Microsoft.ML.OnnxRuntime;

namespace Hspi.Backends.Onnx;

/// <summary>How ONNX Runtime is told to run a graph.</summary>
/// <param name="Level">How far it may rewrite the graph.</param>
/// <param name="Precision">What is done to the graph before it gets it.</param>
/// <param name="Threads">Threads within one operator, from 1.</param>
/// <param name="Prepacking">Whether weights are reordered at load for its fastest kernels.</param>
internal sealed record OnnxSettings(
    GraphOptimizationLevel Level = GraphOptimizationLevel.ORT_ENABLE_ALL,
    OnnxPrecision Precision = OnnxPrecision.Fp32,
    int Threads = 1,
    bool Prepacking = true);

/// <summary>In which numbers ONNX Runtime computes; all but the first are our own rewriting of the graph.</summary>
internal enum OnnxPrecision
{
    /// <summary>As written.</summary>
    Fp32,

    /// <summary>Weights and activations in half precision.</summary>
    Fp16,

    /// <summary>Weights rounded to half precision, arithmetic in single.</summary>
    Fp16Weights,

    /// <summary>Weights rounded to bfloat16, arithmetic in single.</summary>
    Bf16Weights,

    /// <summary>Products of 8-bit integers: activations scaled per call, weights once per tensor.</summary>
    Int8PerTensor,

    /// <summary>Products of 8-bit integers: activations scaled per call, weights once per column.</summary>
    Int8PerColumn,
}
