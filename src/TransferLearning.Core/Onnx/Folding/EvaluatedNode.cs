using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Onnx;

/// <summary>A node whose inputs are all known, as the functions of <see cref="ConstantEvaluator"/> see it.</summary>
/// <param name="Node">The node.</param>
/// <param name="Inputs">The values of its inputs; null where an optional one is left out.</param>
/// <param name="Opset">The version of the standard operator set.</param>
/// <param name="Budget">What may still be computed.</param>
internal sealed record EvaluatedNode(NodeProto Node, IReadOnlyList<HostTensor?> Inputs, int Opset, FoldingBudget Budget)
{
    /// <summary>A required input.</summary>
    public HostTensor this[int index] => Has(index) ? Inputs[index]! : throw Invalid($"its input {index} is missing");

    /// <summary>Whether the node has an input.</summary>
    public bool Has(int index) => index < Inputs.Count && Inputs[index] is not null;

    /// <summary>An input that must hold integers, such as axes or indices.</summary>
    public long[] Integers(int index) =>
        this[index].Integers ?? throw Invalid($"its input '{Node.Input[index]}' holds {this[index].Type} numbers, not integers");

    /// <summary>Axes as an input, or in earlier operator sets an attribute; null where neither is given.</summary>
    public long[]? Axes(int input) => Has(input) ? Integers(input) : Node.Ints("axes");

    /// <summary>An axis from an attribute, counted from the front.</summary>
    public int Axis(string name, long fallback, int rank) => Axis(Node.Int(name, fallback), rank);

    /// <summary>An axis counted from the front.</summary>
    public int Axis(long axis, int rank)
    {
        if (axis < -rank || axis >= rank)
            throw Invalid($"it has the axis {axis}, but its input has {rank} dimensions");
        return TensorShape.Axis(axis, rank);
    }

    /// <summary>Takes the room for a result of this shape from the budget.</summary>
    /// <exception cref="FoldingBudget.ExceededException">There is not as much left.</exception>
    public int Count(ReadOnlySpan<long> dimensions) => Budget.Take(dimensions);

    /// <summary>An error that names the node.</summary>
    public OnnxGraphException Invalid(string reason) => new($"{Node.Describe()} cannot be computed: {reason}.");
}
