using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Concat puts its inputs side by side along an axis: each gets its part of dy, all cut in one Split.</summary>
internal sealed class ConcatGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        long rank = scope.OutputShape().Length, axis = scope.Int("axis", 0);
        axis = axis < 0 ? axis + rank : axis;
        long[] sizes = [.. Enumerable.Range(0, scope.InputCount).Select(i => scope.InputShape(i)[axis])];
        string[] parts = scope.Graph.AddMany(
            "Split", [scope.OutputGradient(), scope.Graph.Int64s(sizes)], sizes.Length, GraphBuilder.Attribute("axis", axis));
        for (int i = 0; i < parts.Length; i++)
        {
            if (scope.Wants(i))
                scope.Contribute(i, parts[i]);
        }
    }
}
