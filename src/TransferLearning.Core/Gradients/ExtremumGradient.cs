using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Max and Min of any number of operands: dy goes to the operand that is the extremum, and operands that tie share it evenly; each is
/// summed over the axes along which it was broadcast.
/// </summary>
internal sealed class ExtremumGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string[] chosen = [.. Enumerable.Range(0, scope.InputCount).Select(i => Indicator(graph, scope.Input(i), scope.Output()))];
        string share = graph.Over(scope.OutputGradient(), chosen.Aggregate(graph.Plus));
        for (int i = 0; i < chosen.Length; i++)
        {
            if (scope.Wants(i))
                scope.Contribute(i, graph.SumTo(graph.Times(chosen[i], share), scope.OutputShape(), scope.InputShape(i)));
        }
    }

    /// <summary>dy divided among the places of x that hold the extremum y over the given axes.</summary>
    public static string Share(GraphBuilder graph, string x, string y, string dy, long[] axes)
    {
        string chosen = Indicator(graph, x, y);
        return graph.Times(chosen, graph.Over(dy, graph.Sum(chosen, axes, keepDimensions: true)));
    }

    private static string Indicator(GraphBuilder graph, string x, string y) =>
        graph.Add(
            "Cast",
            [graph.Add("Equal", [x, y])],
            GraphBuilder.Attribute("to", (long)Onnx.Protobuf.TensorProto.Types.DataType.Float));
}
