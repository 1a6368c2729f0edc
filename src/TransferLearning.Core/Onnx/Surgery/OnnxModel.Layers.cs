namespace TransferLearning.Onnx;

public sealed partial class OnnxModel
{
    private readonly Lazy<IReadOnlyList<OnnxLayer>> _layers;

    /// <summary>
    /// The layers as Keras counts them, in running order, without the input. What several layers share counts in the first.
    /// </summary>
    public IReadOnlyList<OnnxLayer> Layers => _layers.Value;

    /// <summary>The network's layers with their shapes and numbers of weights.</summary>
    /// <param name="freeze">What is frozen; null: nothing.</param>
    /// <exception cref="OnnxGraphException">
    /// ONNX Runtime refuses the graph, or <paramref name="freeze"/> names a layer that it does not have.
    /// </exception>
    public ModelSummary Summarize(FreezePoint? freeze = null)
    {
        var trained = (freeze ?? FreezePoint.None).TrainedLayers(this).ToHashSet(ReferenceEqualityComparer.Instance);
        ModelSummaryRow[] rows =
        [
            .. Inputs.Select(input => new ModelSummaryRow(input.Name, "InputLayer", input.Dimensions, 0, 0)),
            .. Layers.Select(layer => new ModelSummaryRow(
                layer.Name,
                layer.Kind,
                TensorInfo(layer.OutputTensor)?.Dimensions ?? [],
                layer.ParameterCount,
                trained.Contains(layer) ? layer.ParameterCount - layer.StatisticCount : 0)),
        ];
        return new ModelSummary(Proto.Graph.Name, rows, rows.Sum(row => row.Parameters), rows.Sum(row => row.TrainableParameters));
    }
}
