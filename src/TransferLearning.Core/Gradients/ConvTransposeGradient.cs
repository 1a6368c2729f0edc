using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// ConvTranspose is the transpose of a convolution with the same weights, from Y to X: dX = W ⋆ dY is that convolution, dW is its weight
/// gradient with X and dY in each other's roles (see <see cref="ConvWeightGradient"/>), and db is dY summed over batch and space.
/// </summary>
internal sealed class ConvTransposeGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        string x = scope.Input(0), w = scope.Input(1), dy = scope.OutputGradient();
        long[] shapeX = scope.InputShape(0), shapeW = scope.InputShape(1), shapeY = scope.OutputShape();
        int group = scope.Groups(shapeW[0]);
        var geometry = Geometry(scope, shapeX, shapeW, shapeY);
        if (scope.Wants(0))
        {
            string dx = graph.Add(
                "Conv",
                [dy, w],
                GraphBuilder.Attribute("kernel_shape", geometry.Kernel),
                GraphBuilder.Attribute("strides", geometry.Strides),
                GraphBuilder.Attribute("dilations", geometry.Dilations),
                GraphBuilder.Attribute("pads", geometry.Pads),
                GraphBuilder.Attribute("group", group));
            scope.Contribute(0, dx);
        }

        if (scope.Wants(1))
            scope.Contribute(1, ConvWeightGradient.Append(
                graph, dy, x, shapeY, shapeX, shapeW, group, geometry, scope.ForAccelerator));
        if (scope.Wants(2))
        {
            long[] axes = [0, .. Enumerable.Range(2, geometry.Rank).Select(axis => (long)axis)];
            scope.Contribute(2, graph.Sum(dy, axes, keepDimensions: false));
        }
    }

    /// <summary>The geometry of the convolution from Y to X.</summary>
    private static WindowGeometry Geometry(GradientScope scope, long[] shapeX, long[] shapeW, long[] shapeY)
    {
        var geometry = WindowGeometry.Of(scope.Node, shapeY, shapeX, shapeW.AsSpan(2));
        long[] added = scope.Ints("output_padding") ?? new long[geometry.Rank];
        string autoPad = scope.String("auto_pad", "NOTSET");
        bool isChosen = autoPad.StartsWith("SAME", StringComparison.Ordinal) || scope.Ints("output_shape") is not null;
        for (int axis = 0; axis < geometry.Rank; axis++)
        {
            if (added[axis] >= geometry.Strides[axis] && added[axis] > 0)
                throw scope.Unsupported("its output_padding is not less than its stride");
            if (!isChosen)
                continue;

            // The size of Y is given, and the pads follow from it; an odd element goes to the end (SAME_UPPER) or the begin.
            long total = ((shapeX[axis + 2] - 1) * geometry.Strides[axis]) + added[axis] + geometry.Extent(axis) - shapeY[axis + 2];
            total = Math.Max(0, total);
            geometry.PadsBegin[axis] = autoPad == "SAME_UPPER" ? total / 2 : total - (total / 2);
            geometry.PadsEnd[axis] = total - geometry.PadsBegin[axis];
        }

        return geometry;
    }
}
