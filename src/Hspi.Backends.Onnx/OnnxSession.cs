using System.Runtime.InteropServices;
using Hspi.Networks;
using Hspi.Networks.Onnx;
using Microsoft.ML.OnnxRuntime;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Hspi.Backends.Onnx;

/// <summary>One graph in ONNX Runtime on the CPU.</summary>
internal sealed class OnnxSession : INetworkSession
{
    private readonly InferenceSession _session;
    private readonly string[] _outputs;

    /// <param name="model">The graph; rewritten first where the settings ask for another precision.</param>
    /// <param name="settings">How it is run.</param>
    /// <exception cref="HspiException">ONNX Runtime does not take the graph.</exception>
    public OnnxSession(OnnxModel model, OnnxSettings settings)
    {
        OnnxTelemetry.Disable();
        var file = OnnxWriter.Write(PrecisionRewrite.Apply(model, settings.Precision));
        try
        {
            using var options = new SessionOptions
            {
                GraphOptimizationLevel = settings.Level,
                IntraOpNumThreads = settings.Threads,
                InterOpNumThreads = 1,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            if (!settings.Prepacking)
            {
                options.AddSessionConfigEntry("session.disable_prepacking", "1");
            }

            // Waiting threads that spin would take the second core from whoever else computes.
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            _session = new InferenceSession(file, options);
        }
        catch (Exception refused) when (refused is OnnxRuntimeException or DllNotFoundException or TypeInitializationException)
        {
            throw new HspiException($"ONNX Runtime does not run the graph \"{model.Graph.Name}\" as {settings.Precision}: {(refused.InnerException ?? refused).Message}", refused);
        }

        _outputs = [.. _session.OutputNames];
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        var names = _session.InputNames.Where(inputs.ContainsKey).ToArray();
        var values = new List<OrtValue>(names.Length);
        try
        {
            values.AddRange(names.Select(name => Given(inputs[name])));
            using var options = new RunOptions();
            using var results = _session.Run(options, names, values, _outputs);
            return _outputs.Select((name, i) => (name, tensor: Taken(results[i]))).ToDictionary(pair => pair.name, pair => pair.tensor, StringComparer.Ordinal);
        }
        catch (OnnxRuntimeException failed)
        {
            throw new HspiException($"ONNX Runtime could not run the graph: {failed.Message}", failed);
        }
        finally
        {
            values.ForEach(value => value.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static OrtValue Given(Tensor tensor)
    {
        long[] shape = [.. tensor.Shape.Select(extent => (long)extent)];
        return tensor switch
        {
            // An empty cache has no memory to point to; the library makes its own.
            Tensor.Float { Values.Length: 0 } => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, shape),
            Tensor.Float(_, var values) => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, MemoryMarshal.AsMemory(values), shape),
            Tensor.Integer(_, var values) => OrtValue.CreateTensorValueFromMemory(values, shape),
            _ => throw new ArgumentOutOfRangeException(nameof(tensor), tensor, "A tensor kind that ONNX Runtime is not given."),
        };
    }

    private static Tensor Taken(OrtValue value)
    {
        var about = value.GetTensorTypeAndShape();
        int[] shape = [.. about.Shape.Select(extent => (int)extent)];
        return about.ElementDataType switch
        {
            TensorElementType.Float => new Tensor.Float(shape, value.GetTensorDataAsSpan<float>().ToArray()),
            TensorElementType.Int64 => new Tensor.Integer(shape, value.GetTensorDataAsSpan<long>().ToArray()),
            TensorElementType.Float16 => new Tensor.Float(shape, value.GetTensorDataAsSpan<Float16>().ToArray().Select(half => (float)half).ToArray()),
            var other => throw new HspiException($"The graph gives {other}, which HSPI does not read. Give outputs of float, float16 or int64."),
        };
    }
}
