using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>What goes into a step, in pinned memory of the process: a session reads it where it is.</summary>
internal sealed class BatchBuffers
{
    /// <param name="graph">The graphs that read a batch.</param>
    public BatchBuffers(StepGraph graph)
    {
        Input = ParameterStore.Pinned(Count(graph.InputDimensions));
        Targets = ParameterStore.Pinned(checked((int)graph.InputDimensions[0] * graph.Classes));
        Masks = [.. graph.Masks.Select(mask => ParameterStore.Pinned(Count(mask.Dimensions)))];
    }

    /// <summary>The activations of the batch.</summary>
    public Memory<float> Input { get; }

    /// <summary>The targets of the batch, row after row.</summary>
    public Memory<float> Targets { get; }

    /// <summary>The dropout masks.</summary>
    public IReadOnlyList<Memory<float>> Masks { get; }

    private static int Count(long[] dimensions) => checked((int)TensorShape.Count(dimensions));
}
