using Microsoft.ML.OnnxRuntime;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// Gradients that can be written in several forms, each alone in a graph: the chosen form against another (docs/adr/0017).
/// </summary>
internal sealed class GradientFormsComparison : IComparison
{
    private const int Images = 32, Runs = 3;

    public string Name => "gradient-forms";

    public string Meaning =>
        "One gradient alone, for 32 images, in the form that a step takes against another form: weights of depthwise convolutions over a " +
        "folded batch, weights of convolutions with few channels, and what a Clip lets through.";

    public async Task<IReadOnlyList<Row>> MeasureAsync(Effort effort)
    {
        var rows = new List<Row>();
        foreach (var (channels, side) in ((int, int)[])[(32, 112), (144, 56), (192, 28)])
            rows.Add(await DepthwiseAsync(channels, side, effort));
        foreach (var (inputs, outputs, kernel, side) in ((int, int, int, int)[])[(3, 64, 7, 112), (4, 32, 3, 56), (8, 32, 3, 56)])
            rows.Add(await FewChannelsAsync(inputs, outputs, kernel, side, effort));
        rows.Add(await ClipAsync(effort));
        return rows;
    }

    private static Task<Row> DepthwiseAsync(int channels, int side, Effort effort)
    {
        long[] shape = [1, channels, side, side * Images], weights = [channels, 1, 3, 3];
        var geometry = new WindowGeometry(
            [side, side * Images], [side, side * Images], [3, 3], [1, 1], [1, Images], [1, Images], [1, Images]);
        return CompareAsync(
            FormattableString.Invariant($"3 × 3 depthwise, {channels} of {side} × {side}: products of rows"), "one convolution", effort,
            [("x", shape), ("dy", shape)],
            graph => ImageRowProducts.Append(graph, "x", "dy", weights, channels, geometry),
            graph => ConvWeightGradient.Convolution(graph, "x", "dy", shape, weights, channels, geometry));
    }

    /// <summary>With stride 2, as the first layer of a network.</summary>
    private static Task<Row> FewChannelsAsync(int inputs, int outputs, int kernel, int side, Effort effort)
    {
        long[] shape = [Images, inputs, 2 * side, 2 * side], weights = [outputs, inputs, kernel, kernel];
        long pad = kernel / 2;
        var geometry = new WindowGeometry(
            [2 * side, 2 * side], [side, side], [kernel, kernel], [2, 2], [1, 1], [pad, pad], [pad - 1, pad - 1]);
        return CompareAsync(
            FormattableString.Invariant($"{kernel} × {kernel} dense, {inputs} to {outputs} of {side} × {side}: one convolution"),
            "products of shifts", effort,
            [("x", shape), ("dy", [Images, outputs, side, side])],
            graph => ConvWeightGradient.Convolution(graph, "x", "dy", shape, weights, group: 1, geometry),
            graph => ShiftedProducts.Append(graph, "x", "dy", shape, weights, group: 1, geometry));
    }

    private static Task<Row> ClipAsync(Effort effort)
    {
        const float high = 0.3f;
        float steep = MathF.ScaleB(1, 100);
        long[] shape = [1, 96, 56 * 56, Images];
        return CompareAsync(
            "Clip, 96 of 56 × 56: comparisons", "steep HardSigmoids", effort, [("y", shape), ("dy", shape)],
            graph => graph.Masked(
                "dy", graph.Add("And", [graph.Add("Greater", ["y", graph.Scalar(0)]), graph.Add("Less", ["y", graph.Scalar(high)])])),
            graph => graph.Times(graph.Times("dy", Step(graph, steep, 0)), Step(graph, -steep, high * steep)));

        static string Step(GraphBuilder graph, float alpha, float beta) => graph.Add(
            "HardSigmoid", ["y"], GraphBuilder.Attribute("alpha", alpha), GraphBuilder.Attribute("beta", beta));
    }

    private static async Task<Row> CompareAsync(
        string what,
        string rival,
        Effort effort,
        (string Name, long[] Shape)[] inputs,
        Func<GraphBuilder, string> chosen,
        Func<GraphBuilder, string> other)
    {
        var values = inputs.ToDictionary(input => input.Name, input => Noise(input.Shape));
        using var ours = Open(inputs, chosen);
        using var theirs = Open(inputs, other);
        using var options = new RunOptions();
        try
        {
            var times = await Turns.MeasureAsync(effort.Rounds, () => Run(ours), () => Run(theirs));
            return new Row(what, rival, Unit.Milliseconds)
            {
                Ours = [.. times[0].Milliseconds.Select(time => time / Runs)],
                Theirs = [.. times[1].Milliseconds.Select(time => time / Runs)],
                Note = times[0].ProcessorTimeOf(times[1]),
            };
        }
        finally
        {
            foreach (var value in values.Values)
                value.Dispose();
        }

        void Run(InferenceSession session)
        {
            for (int run = 0; run < Runs; run++)
            {
                using var results = session.Run(options, values, session.OutputNames);
            }
        }
    }

    private static InferenceSession Open((string Name, long[] Shape)[] inputs, Func<GraphBuilder, string> build)
    {
        var graph = new GraphBuilder(new GraphProto { Name = "gradient" }, "gradient/") { Opset = BackwardPass.Opset };
        foreach (var (name, shape) in inputs)
            graph.Input(name, TensorProto.Types.DataType.Float, [.. shape.Select(size => (long?)size)]);
        graph.Graph.Output.Add(new ValueInfoProto { Name = build(graph) });
        return OnnxSession.Open(graph.ToModel(), ExecutionOptions.Default, SessionMode.Training, "gradient");
    }

    private static OrtValue Noise(long[] shape)
    {
        float[] values = new float[TensorShape.Count(shape)];
        var random = new SeededRandom(0, RandomPurpose.Weights);
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() - 0.5f;
        return OrtValue.CreateTensorValueFromMemory(values, shape);
    }
}
