using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = max of x over all places: dx = dy at the place of the maximum, else 0. Where several places hold the maximum they share dy evenly,
/// which keeps the sum right and favours none.
/// </summary>
internal sealed class GlobalMaxPoolGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        long[] places = [.. Enumerable.Range(2, scope.InputShape().Length - 2).Select(axis => (long)axis)];
        string isMaximum = graph.Add(
            "Cast", [graph.Add("Equal", [scope.Input(), scope.Output()])],
            Onnx.GraphBuilder.Attribute("to", (long)Onnx.Protobuf.TensorProto.Types.DataType.Float));
        string share = graph.Over(scope.OutputGradient(), graph.Sum(isMaximum, places, keepDimensions: true));
        scope.Contribute(0, graph.Times(isMaximum, share));
    }
}
