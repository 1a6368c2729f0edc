using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// y = Σ w(place)·x[neighbour] over the neighbours of places that a grid gives (Jaderberg et al., Spatial transformer networks, 2015): dx
/// gets dy·w at each neighbour, and the grid gets dy times the slope of w. Maps [N, C, H, W] and grids [N, H', W', 2].
/// </summary>
internal sealed class GridSampleGradient : OperatorGradient
{
    public override void Append(GradientScope scope)
    {
        var graph = scope.Graph;
        long[] shape = scope.InputShape(), grid = scope.InputShape(1);
        if (shape.Length != 4)
            throw scope.Unsupported($"sampling in {shape.Length - 2} dimensions has no gradient here, only in 2");
        long batch = shape[0], channels = shape[1], size = shape[2] * shape[3], places = grid[1] * grid[2];
        var columns = SampledAxis.Append(scope, coordinate: 0, shape[3]);
        var rows = SampledAxis.Append(scope, coordinate: 1, shape[2]);
        string dy = graph.Transpose(graph.Reshape(scope.OutputGradient(), batch, channels, places), 0, 2, 1);
        string x = graph.Transpose(graph.Reshape(scope.Input(), batch, channels, size), 0, 2, 1);

        var indices = new List<string>();
        var shares = new List<string>();
        string? alongColumns = null, alongRows = null;
        foreach (var (row, column) in rows.Neighbours.SelectMany(row => columns.Neighbours.Select(column => (row, column))))
        {
            string index = graph.Add(
                "Cast",
                [graph.Plus(graph.Times(row.Index, shape[3]), column.Index)],
                GraphBuilder.Attribute("to", (long)Onnx.Protobuf.TensorProto.Types.DataType.Int64));
            indices.Add(index);
            shares.Add(graph.Times(dy, graph.Times(row.Weight, column.Weight)));
            if (!scope.Wants(1) || row.Slope is null || column.Slope is null)
                continue;
            string read = graph.Add("GatherND", [x, index], GraphBuilder.Attribute("batch_dims", 1L));
            string product = graph.Sum(graph.Times(dy, read), [2], keepDimensions: true);
            alongColumns = Plus(graph, alongColumns, graph.Times(product, graph.Times(row.Weight, column.Slope)));
            alongRows = Plus(graph, alongRows, graph.Times(product, graph.Times(row.Slope, column.Weight)));
        }

        if (scope.Wants(0))
        {
            string all = graph.Concat(indices, 1), summands = graph.Concat(shares, 1);
            string sum = ScatteredSum.Append(
                graph, all, isShared: false, summands, (batch, places * indices.Count, channels), size);
            scope.Contribute(0, graph.Reshape(graph.Transpose(sum, 0, 2, 1), shape));
        }

        if (alongColumns is not null && alongRows is not null)
        {
            string[] both = [graph.Times(alongColumns, columns.Scale), graph.Times(alongRows, rows.Scale)];
            scope.Contribute(1, graph.Reshape(graph.Concat(both, 2), grid));
        }
    }

    private static string Plus(GraphBuilder graph, string? sum, string summand) => sum is null ? summand : graph.Plus(sum, summand);
}
