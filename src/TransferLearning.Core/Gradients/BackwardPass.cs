using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// Reverse-mode differentiation of an ONNX graph: the gradient is written as more nodes of standard operators in the same graph, so ONNX
/// Runtime computes it on whatever execution provider runs the forward part.
/// </summary>
internal static class BackwardPass
{
    /// <summary>The operator set of step graphs. Nodes of older models go through <see cref="OpsetUpgrade"/> first.</summary>
    public const int Opset = OpsetUpgrade.Target;

    /// <summary>Appends the nodes that compute gradients.</summary>
    /// <param name="graph">The graph that the forward nodes stand in, with the constants that they read as initializers.</param>
    /// <param name="forward">
    /// The nodes to differentiate, in topological order, of operator set <see cref="Opset"/>. They are the graph's own node objects: a
    /// gradient may ask a node for one more output (the indices of a MaxPool).
    /// </param>
    /// <param name="outputGradients">
    /// Where the gradient comes from: tensor of the forward part → name of the tensor with its gradient.
    /// </param>
    /// <param name="wanted">The tensors to differentiate for: weights, the activations at the cut, or anything between.</param>
    /// <param name="shapes">
    /// The shape of every tensor that the forward nodes read or write, batch size included; initializers may be left out.
    /// </param>
    /// <param name="obstacles">Where given, takes what cannot be differentiated, and the pass goes on without it.</param>
    /// <param name="forAccelerator">Whether gradients have the forms that graphics cards are fast with.</param>
    /// <returns>Each wanted tensor with the name of its gradient, which has the shape of the tensor.</returns>
    /// <exception cref="UntrainableNodeException">An operator on the way has no gradient.</exception>
    public static IReadOnlyDictionary<string, string> Append(
        GraphBuilder graph,
        IReadOnlyList<NodeProto> forward,
        IReadOnlyDictionary<string, string> outputGradients,
        IReadOnlySet<string> wanted,
        IReadOnlyDictionary<string, long[]> shapes,
        TrainingObstacles? obstacles = null,
        bool forAccelerator = false)
    {
        var tape = new GradientTape(graph, forward, wanted, shapes) { ForAccelerator = forAccelerator };
        foreach (var (tensor, gradient) in outputGradients)
            tape.Contribute(tensor, gradient);

        for (int i = forward.Count - 1; i >= 0; i--)
        {
            var node = forward[i];
            bool reached = node.Output.Any(output => output.Length > 0 && tape.Gradient(output) is not null);
            if (!reached || DifferentiableInputs.Stops(node) || !node.Input.Any(tape.NeedsGradient))
                continue;
            try
            {
                Differentiate(node, tape);
            }
            catch (UntrainableNodeException error) when (obstacles is not null)
            {
                obstacles.Nodes.Add(error);
            }
        }

        obstacles?.Unreached.UnionWith(wanted.Where(tensor => tape.Gradient(tensor) is null));

        return wanted.ToDictionary(
            tensor => tensor, tensor => tape.Gradient(tensor) ?? graph.Zeros(tape.Shape(tensor)), StringComparer.Ordinal);
    }

    private static void Differentiate(NodeProto node, GradientTape tape)
    {
        if (!GradientRegistry.TryFind(node, out var gradient))
            throw GradientTape.Unsupported(node, "the operator has no gradient here");
        try
        {
            gradient.Append(new GradientScope(tape, node));
        }
        catch (Exception error) when (error is IndexOutOfRangeException or ArgumentException or ArithmeticException)
        {
            // A gradient reads ranks and axes as its operator defines them. ONNX Runtime checks them where it knows the shapes itself;
            // a file can hide them from it until the network runs.
            throw GradientTape.Unsupported(node, "its attributes and the shapes of its inputs do not fit its operator", error);
        }
    }
}
