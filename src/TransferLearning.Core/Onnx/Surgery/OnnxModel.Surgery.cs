using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

public sealed partial class OnnxModel
{
    /// <summary>The name of the output that <see cref="WithoutTop"/> gives a network.</summary>
    internal const string FeaturesName = "features";

    /// <summary>What the names of all nodes and weights start with that <see cref="WithHead"/> appends.</summary>
    internal const string HeadPrefix = "head/";

    private Lazy<IReadOnlyDictionary<string, OnnxTensorInfo>>? _tensors;

    /// <summary>The network up to one tensor, which becomes its only output; nodes and weights that it does not need are dropped.</summary>
    /// <param name="tensorName">The output of any node.</param>
    /// <exception cref="OnnxGraphException">No node makes such a tensor.</exception>
    public OnnxModel CutAt(string tensorName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tensorName);
        if (Index.Producer(tensorName) < 0)
        {
            throw new OnnxGraphException(
                $"No node makes a tensor '{tensorName}'. The network can be cut at any node's output, " +
                $"best at one of: {string.Join(", ", CutPoints.Of(this).TakeLast(8))}.");
        }

        var output = Describe(tensorName);
        return Rewrite(graph =>
        {
            graph.Output.Clear();
            graph.Output.Add(output);
        });
    }

    /// <summary>
    /// A network that takes any number of images at once. One that was exported for a fixed number gets a free first dimension <c>N</c>
    /// in its inputs and outputs, and the constants that repeat the number are rewritten; one that has a free dimension is returned as it
    /// is.
    /// </summary>
    /// <exception cref="OnnxGraphException">A node mixes the images of a batch or cannot be rewritten; the message names it.</exception>
    public OnnxModel WithFreeBatch() => FreeBatch.Apply(this);

    /// <summary>
    /// The network in 32-bit floats, its inputs and outputs included; one that has no numbers of half or double precision is returned as it
    /// is.
    /// </summary>
    public OnnxModel WithSinglePrecision() => SinglePrecision.Apply(this);

    /// <summary>
    /// A copy whose nodes are followed by others, which replace the outputs. Nodes that the new output does not need are dropped.
    /// </summary>
    /// <param name="featuresTensor">The tensor that the head reads.</param>
    /// <param name="build">
    /// Appends the head's nodes and weights, given the features' name, and returns the name of the output, usually the logits.
    /// It may declare further outputs itself.
    /// </param>
    internal OnnxModel WithHead(string featuresTensor, Func<GraphBuilder, string, string> build)
    {
        if (!Index.HasTensor(featuresTensor))
            throw new OnnxGraphException($"The graph has no tensor '{featuresTensor}' for a head to read.");
        var copy = Copy();
        copy.Graph.Output.Clear();
        string output = build(new GraphBuilder(copy.Graph, HeadPrefix) { Opset = OpsetVersion }, featuresTensor);
        bool declared = copy.Graph.Output.Any(value => value.Name == output);
        if (!declared)
            copy.Graph.Output.Insert(0, new ValueInfoProto { Name = output });
        GraphPruning.DropDead(copy.Graph);
        ModelValidator.Validate(copy);
        if (!declared)
            copy.Graph.Output[0] = new OnnxModel(copy).Describe(output);
        return new OnnxModel(copy);
    }

    /// <summary>
    /// Type and shape of a tensor, free dimensions left free; null where unknown. Asks ONNX Runtime once for all tensors.
    /// </summary>
    internal OnnxTensorInfo? TensorInfo(string tensor) => LazyInitializer
        .EnsureInitialized(ref _tensors, () => new(() => ShapeInference.InferFree(this))).Value.GetValueOrDefault(tensor);

    /// <summary>
    /// The declaration of a tensor as an output. An empty shape may mean that the rank is unknown, so it is not declared.
    /// </summary>
    private ValueInfoProto Describe(string tensor)
    {
        if (TensorInfo(tensor) is not { } info)
            return new ValueInfoProto { Name = tensor };
        var value = GraphBuilder.ValueInfo(tensor, (TensorProto.Types.DataType)info.ElementType, [.. info.Dimensions]);
        if (info.Dimensions.Count == 0)
            value.Type.TensorType.Shape = null;
        return value;
    }

    /// <summary>A copy of the message in a current form, for changes; the weights are shared.</summary>
    internal ModelProto Copy()
    {
        var copy = Proto.Clone();
        copy.IrVersion = Math.Max(copy.IrVersion, ModelLimits.WrittenIrVersion);
        return copy;
    }

    private OnnxModel Rewrite(Action<GraphProto> change)
    {
        var copy = Copy();
        change(copy.Graph);
        GraphPruning.DropDead(copy.Graph);
        return new OnnxModel(copy);
    }
}
