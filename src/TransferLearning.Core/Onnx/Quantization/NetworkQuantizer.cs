using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>
/// Static quantization of a network: weights of convolutions as 8-bit integers with a scale for each output channel, what flows between
/// them as bytes with ranges that were seen on images (B. Jacob et al., Quantization and training of neural networks for efficient
/// integer-arithmetic-only inference, 2018).
/// </summary>
internal sealed class NetworkQuantizer
{
    /// <summary>Since this operator set a scale can be given for each channel.</summary>
    private const int ScalesForChannels = 13;

    private readonly OnnxModel _model;
    private readonly QuantizationPlan _plan;
    private readonly IReadOnlyList<(string Tensor, int Count)> _channels;

    private NetworkQuantizer(OnnxModel model, QuantizationPlan plan)
    {
        _model = model;
        _plan = plan;
        (Observer, _channels) = ActivationObserver.Build(model, plan);
    }

    /// <summary>The network whose rows for images <see cref="ActivationStatistics.Add"/> takes.</summary>
    public OnnxModel Observer { get; }

    /// <summary>The number of convolutions that will compute with integers.</summary>
    public int Convolutions => _plan.Convolutions.Count;

    /// <summary>The number of convolutions that stay as they are.</summary>
    public int FloatConvolutions => _plan.FloatConvolutions;

    /// <summary>Prepares a network: normalization is folded into convolutions, and what will compute with integers is chosen.</summary>
    /// <param name="model">The network.</param>
    /// <exception cref="OnnxGraphException">There is nothing to quantize, or the network is quantized already.</exception>
    public static NetworkQuantizer Prepare(OnnxModel model)
    {
        if (model.Proto.Graph.Node.FirstOrDefault(IsQuantized) is { } quantized)
        {
            throw new OnnxGraphException(
                $"The network is quantized already: it has {quantized.Describe()}. Quantize the network of floats that it was made from.");
        }

        var current = model.OpsetVersion >= ScalesForChannels
            ? model
            : OpsetUpgrade.Apply(model, new Dictionary<string, long[]>(ShapeInference.Infer(model, batchSize: 1), StringComparer.Ordinal));
        var folded = NormalizationFolding.Apply(current);
        var plan = QuantizationPlan.Of(folded);
        if (plan.Convolutions.Count == 0)
        {
            throw new OnnxGraphException(
                $"The network has no convolution to quantize ({plan.FloatConvolutions} do not make maps of two dimensions, or have no " +
                $"constant weights of 32-bit floats); use it as it is.");
        }

        return new NetworkQuantizer(folded, plan);
    }

    /// <summary>Takes what the observer says of images.</summary>
    public ActivationStatistics NewStatistics() => new(_plan, _channels);

    /// <summary>The quantized network, with the inputs and outputs of the one in floats.</summary>
    /// <param name="statistics">What was seen of at least one image.</param>
    /// <param name="options">Threads and cancellation.</param>
    public OnnxModel Quantize(ActivationStatistics statistics, ParallelOptions options) =>
        QuantizedGraph.Write(_model, _plan, statistics, options);

    private static bool IsQuantized(NodeProto node) =>
        node.OpType.StartsWith("QLinear", StringComparison.Ordinal)
            || node.OpType is "QuantizeLinear" or "DequantizeLinear" or "DynamicQuantizeLinear"
            or "ConvInteger" or "MatMulInteger";
}
