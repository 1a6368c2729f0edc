using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>The neighbours of the places of a GridSample along one axis, as ONNX Runtime chooses them.</summary>
/// <param name="Neighbours">What is read, one entry for each neighbour.</param>
/// <param name="Scale">The slope of the place among the elements with the number in the grid, [N, P, 1].</param>
internal sealed record SampledAxis(IReadOnlyList<SampledAxis.Neighbour> Neighbours, string Scale)
{
    /// <summary>
    /// Weights of neighbours as polynomials of the distance t from the one before the place: offset, coefficients of 1, t, t², ….
    /// </summary>
    private static readonly (int Offset, float[] Weight)[] Linear = [(0, [1, -1]), (1, [0, 1])];

    /// <summary>Keys' cubic convolution (1981) with a = −0.75.</summary>
    private static readonly (int Offset, float[] Weight)[] Cubic =
        [(-1, [0, -0.75f, 1.5f, -0.75f]), (0, [1, 0, -2.25f, 1.25f]), (1, [0, 0.75f, 1.5f, -1.25f]), (2, [0, 0, -0.75f, 0.75f])];

    /// <summary>Appends the computation for one coordinate of the grid.</summary>
    /// <param name="scope">The GridSample.</param>
    /// <param name="coordinate">0 for the columns, 1 for the rows.</param>
    /// <param name="size">The number of elements along the axis.</param>
    public static SampledAxis Append(GradientScope scope, int coordinate, long size)
    {
        var graph = scope.Graph;
        long[] grid = scope.InputShape(1);
        bool aligned = scope.Int("align_corners", 0) != 0;
        string mode = scope.String("mode", "linear"), padding = scope.String("padding_mode", "zeros");
        string all = graph.Reshape(scope.Input(1), grid[0], grid[1] * grid[2], 2);
        string number = graph.Slice(all, [coordinate], [coordinate + 1], [2], [1]);
        float stretch = aligned ? (size - 1) / 2f : size / 2f, low = aligned ? 0 : -0.5f, high = low + (2 * stretch);
        string place = graph.Plus(graph.Times(number, stretch), graph.Scalar((size - 1) / 2f));
        if (mode is "nearest")
            place = graph.Add("Round", [place]);
        string isInside = graph.Add("And",
            [graph.Add("GreaterOrEqual", [place, graph.Scalar(low)]), graph.Add("LessOrEqual", [place, graph.Scalar(high)])]);
        string slope = graph.Scalar(stretch), scale = slope;
        if (padding is "border" && mode is not "cubic")
        {
            scale = graph.Choose(isInside, slope, graph.Scalar(0));
            place = graph.Choose(isInside, place, Clip(graph, place, size));
        }
        else if (padding is "reflection" && mode is not "cubic")
        {
            var (reflected, isForward) = Reflect(graph, place, low, high);
            scale = graph.Choose(isForward, slope, graph.Scalar(-stretch));
            place = reflected;
        }

        string first = graph.Add("Floor", [place]), distance = graph.Minus(place, first);
        (int Offset, float[] Weight)[] neighbours = mode switch { "nearest" => [(0, [1])], "cubic" => Cubic, _ => Linear };
        return new SampledAxis(
            [.. neighbours.Select(neighbour => Read(graph, first, distance, neighbour, padding, size, low, high))], scale);
    }

    private static Neighbour Read(
        GraphBuilder graph, string first, string distance, (int Offset, float[] Weight) read, string padding, long size, float low,
            float high)
    {
        string at = graph.Plus(first, graph.Scalar(read.Offset));
        string weight = Polynomial(graph, distance, read.Weight);
        string? slope = read.Weight.Length == 1 ? null
            : Polynomial(graph, distance, [.. read.Weight.Skip(1).Select((factor, i) => factor * (i + 1))]);
        string index = padding is "reflection" ? Reflect(graph, at, low, high).Place : at;
        index = Clip(graph, index, size);
        if (padding is "zeros")
        {
            string exists = graph.Add("Equal", [index, at]);
            weight = graph.Masked(weight, exists);
            slope = slope is null ? null : graph.Masked(slope, exists);
        }

        return new Neighbour(index, weight, slope);
    }

    private static string Clip(GraphBuilder graph, string x, long size) => graph.Add("Clip", [x, graph.Scalar(0), graph.Scalar(size - 1)]);

    /// <summary>Folds a line back and forth between two ends; says where it runs forward.</summary>
    private static (string Place, string IsForward) Reflect(GraphBuilder graph, string x, float low, float high)
    {
        float range = Math.Max(high - low, float.Epsilon), period = 2 * range;
        string from = graph.Minus(x, graph.Scalar(low));
        string rest = graph.Minus(from, graph.Times(graph.Add("Floor", [graph.Times(from, 1 / period)]), period));
        string isForward = graph.Add("LessOrEqual", [rest, graph.Scalar(range)]);
        string folded = graph.Choose(isForward, rest, graph.Minus(graph.Scalar(period), rest));
        return (graph.Plus(folded, graph.Scalar(low)), isForward);
    }

    private static string Polynomial(GraphBuilder graph, string t, float[] coefficients)
    {
        string value = graph.Plus(graph.Times(t, 0f), graph.Scalar(coefficients[^1]));
        foreach (float coefficient in coefficients.Reverse().Skip(1))
            value = graph.Plus(graph.Times(value, t), graph.Scalar(coefficient));
        return value;
    }

    /// <summary>An element that is read.</summary>
    /// <param name="Index">Its index as a floating-point number, [N, P, 1].</param>
    /// <param name="Weight">Its weight, [N, P, 1].</param>
    /// <param name="Slope">The slope of the weight; null where it has none.</param>
    internal sealed record Neighbour(string Index, string Weight, string? Slope);
}
