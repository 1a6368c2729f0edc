using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Adds rows to zeros at given places: the derivative of reading them, where a place that was read twice gets both summands.
/// ScatterElements adds one element after the other; ONNX Runtime's ScatterND adds in parallel and loses summands of equal places.
/// </summary>
internal static class ScatteredSum
{
    /// <summary>Appends a tensor [outer, size, inner].</summary>
    /// <param name="graph">The graph that grows.</param>
    /// <param name="indices">Places on the middle axis, n for all or n for each of outer; negative ones count from the end.</param>
    /// <param name="isShared">Whether the same n places serve all.</param>
    /// <param name="rows">The summands, outer·n·inner elements.</param>
    /// <param name="shape">outer, n and inner.</param>
    /// <param name="size">The number of places.</param>
    public static string Append(
        GraphBuilder graph, string indices, bool isShared, string rows, (long Outer, long Count, long Inner) shape, long size)
    {
        string column = graph.Reshape(indices, isShared ? 1 : shape.Outer, shape.Count, 1);
        return graph.Add(
            "ScatterElements",
            [
                graph.Zeros([shape.Outer, size, shape.Inner]),
                graph.Expand(column, [shape.Outer, shape.Count, shape.Inner]),
                graph.Reshape(rows, shape.Outer, shape.Count, shape.Inner),
            ],
            GraphBuilder.Attribute("axis", 1L),
            GraphBuilder.Attribute("reduction", "add"));
    }
}
