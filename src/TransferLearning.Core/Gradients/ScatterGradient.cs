using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// ScatterElements and ScatterND write updates into a copy of data: ddata is dy with zeros at the written places (all of dy where updates
/// are added), and the updates get dy from the places that they were written to.
/// </summary>
internal sealed class ScatterGradient(string scatter, string gather) : OperatorGradient
{
    private const int Data = 0, Indices = 1, Updates = 2;

    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string dy = scope.OutputGradient(), reduction = scope.String("reduction", "none");
        if (reduction is not ("none" or "add"))
            throw scope.Unsupported($"scattering with reduction '{reduction}' has no gradient here, only 'none' and 'add'");
        Onnx.Protobuf.AttributeProto[] axis = scope.Node.Find("axis") is { } attribute ? [attribute.Clone()] : [];
        if (scope.Wants(Data))
        {
            scope.Contribute(Data, reduction == "add"
                ? dy
                : graph.Add(scatter, [dy, scope.Input(Indices), graph.Zeros(scope.InputShape(Updates))], axis));
        }

        if (scope.Wants(Updates))
            scope.Contribute(Updates, graph.Add(gather, [dy, scope.Input(Indices)], [.. axis.Select(one => one.Clone())]));
    }
}
