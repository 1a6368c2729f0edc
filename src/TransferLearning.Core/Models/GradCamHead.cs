using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Computes the contribution of each position of feature maps to a class.</summary>
/// <remarks>Safe for use from many threads; dispose it when no call is running.</remarks>
internal sealed class GradCamHead : IDisposable
{
    private const string Name = "head with gradient";

    private readonly GradCamGraph _graph;
    private readonly InferenceSession _session;

    /// <param name="graph">The head, and the shapes of its inputs.</param>
    /// <param name="execution">
    /// Threads. The processor computes it whatever computes the maps: for one image the way to a device takes longer than the head.
    /// </param>
    /// <exception cref="OnnxGraphException">ONNX Runtime rejects the head.</exception>
    public GradCamHead(GradCamGraph graph, ExecutionOptions execution)
    {
        _graph = graph;
        _session = OnnxSession.Open(graph.Head, execution.OnProcessor(), SessionMode.Latency, Name);
    }

    /// <summary>The map; all values are 0 or more.</summary>
    /// <param name="features">The maps of one image.</param>
    /// <param name="label">The index of the class among the logits.</param>
    /// <exception cref="OnnxGraphException">ONNX Runtime cannot compute the head.</exception>
    public float[] Run(float[] features, int label)
    {
        float[] target = new float[TensorShape.Count(_graph.TargetShape)];
        target[label] = 1;
        using var featureValue = OrtValue.CreateTensorValueFromMemory(features, _graph.FeatureShape);
        using var targetValue = OrtValue.CreateTensorValueFromMemory(target, _graph.TargetShape);
        using var options = new RunOptions();
        try
        {
            using var result = _session.Run(
                options, [_graph.FeatureName, GradCamGraph.Target], [featureValue, targetValue], [GradCamGraph.Map]);
            return result[0].GetTensorDataAsSpan<float>().ToArray();
        }
        catch (OnnxRuntimeException error)
        {
            throw new OnnxGraphException($"ONNX Runtime cannot compute '{Name}': {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
