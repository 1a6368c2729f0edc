using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// A <see cref="StepGraph"/> whose weights never leave the device: all weights are one input, the optimizer is part of the graph, and the
/// new weights, slots and running statistics are outputs, which the next step takes as inputs.
/// </summary>
/// <param name="Step">The graph of a step with its update.</param>
/// <param name="Forward">The graph that predicts with the same weights.</param>
internal sealed record DeviceStepGraph(OnnxModel Step, OnnxModel Forward)
{
    /// <summary>The input with all weights, in the layout of the <see cref="ParameterStore"/>; of both graphs.</summary>
    public const string Weights = "device/weights";

    /// <summary>The output with the weights after the step.</summary>
    public const string NextWeights = "device/weights-next";

    /// <summary>The input with the running statistics, in the layout of <see cref="RunningStatistics"/>; of both graphs.</summary>
    public const string Statistics = "device/statistics";

    /// <summary>The output with the running statistics after the step.</summary>
    public const string NextStatistics = "device/statistics-next";

    /// <summary>The input with <see cref="Optimizer.Scalars"/>.</summary>
    public const string Scalars = "device/scalars";

    /// <summary>The input with what the learning rate of each weight is multiplied with; missing where all train alike.</summary>
    public const string RateFactors = "device/rate-factors";

    /// <summary>The input with the decay of each weight; missing where all decay alike.</summary>
    public const string Decays = "device/decays";

    /// <summary>The scalar output with the Euclidean length of all gradients together.</summary>
    public const string GradientNorm = "device/gradient-norm";

    /// <summary>The output with all gradients as they are before anything clips them, in the layout of the weights.</summary>
    public const string Gradients = "device/gradients";

    private const TensorProto.Types.DataType Float = TensorProto.Types.DataType.Float;

    /// <summary>The input with a slot of the optimizer.</summary>
    public static string Slot(int index) => FormattableString.Invariant($"device/slot-{index}");

    /// <summary>The output with a slot after the step.</summary>
    public static string NextSlot(int index) => FormattableString.Invariant($"device/slot-{index}-next");

    /// <summary>Builds both graphs.</summary>
    /// <param name="graph">The step with gradients as outputs.</param>
    /// <param name="store">The weights and their layout.</param>
    /// <param name="statistics">The running statistics and their layout.</param>
    /// <param name="options">The optimizer, and what clips gradients.</param>
    public static DeviceStepGraph Build(StepGraph graph, ParameterStore store, RunningStatistics statistics, TrainingOptions options)
    {
        var forward = graph.Forward.Proto.Clone();
        var builder = new GraphBuilder(forward.Graph, "device/");
        InFront(forward.Graph, () =>
        {
            TakeWeights(builder, store);
            TakeStatistics(builder, statistics);
        });

        var step = graph.Step.Proto.Clone();
        builder = new GraphBuilder(step.Graph, "device/");
        InFront(step.Graph, () => TakeWeights(builder, store));
        var inner = graph.Gradients.Concat(statistics.Items.Select(item => item.BatchName)).ToHashSet(StringComparer.Ordinal);
        foreach (var output in step.Graph.Output.Where(output => inner.Contains(output.Name)).ToArray())
            step.Graph.Output.Remove(output);
        AppendUpdate(builder, graph, store, options);
        AppendStatistics(builder, statistics);
        return new DeviceStepGraph(new OnnxModel(step), new OnnxModel(forward));
    }

    /// <summary>Lets nodes stand before all others, so that every tensor is computed before it is read.</summary>
    private static void InFront(GraphProto graph, Action append)
    {
        NodeProto[] nodes = [.. graph.Node];
        graph.Node.Clear();
        append();
        graph.Node.AddRange(nodes);
    }

    private static void TakeWeights(GraphBuilder builder, ParameterStore store)
    {
        var pieces = new List<(string? Name, long[] Dimensions)>();
        foreach (var (parameter, padding) in store.Layout())
        {
            pieces.Add((parameter.Name, [.. parameter.Dimensions]));
            if (padding > 0)
                pieces.Add((null, [padding]));
        }

        Take(builder, Weights, pieces);
    }

    private static void TakeStatistics(GraphBuilder builder, RunningStatistics statistics)
    {
        if (statistics.Items.Count > 0)
            Take(builder, Statistics,
                [.. statistics.Items.Select(item => ((string?)item.RunningName, new long[] { item.Running.Length }))]);
    }

    /// <summary>Replaces inputs by pieces of one input; a piece without a name is padding.</summary>
    private static void Take(GraphBuilder builder, string input, List<(string? Name, long[] Dimensions)> pieces)
    {
        var names = pieces.Select(piece => piece.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var given in builder.Graph.Input.Where(given => names.Contains(given.Name)).ToArray())
            builder.Graph.Input.Remove(given);
        long[] lengths = [.. pieces.Select(piece => TensorShape.Count(piece.Dimensions))];
        builder.Input(input, Float, lengths.Sum());
        string[] parts = pieces.Count == 1
            ? [input]
            : builder.AddMany("Split", [input, builder.Int64s(lengths)], pieces.Count, GraphBuilder.Attribute("axis", 0L));
        for (int i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Name is { } name)
                builder.AddNamed(name, "Reshape", [parts[i], builder.Int64s(pieces[i].Dimensions)]);
        }
    }

    private static void AppendUpdate(GraphBuilder builder, StepGraph graph, ParameterStore store, TrainingOptions options)
    {
        var optimizer = options.Optimizer.Create();
        string gradients = builder.AddNamed(Gradients, "Identity", [Flat(builder, store, graph.Gradients)]);
        string norm = builder.AddNamed(GradientNorm, "Identity", [Norm(builder, gradients)]);
        if (options.AdaptiveClipping is { } share)
        {
            gradients = Flat(
                builder, store, [.. graph.Gradients.Select((gradient, i) =>
                    AdaptiveClipping.Append(builder, store.Parameters[i], gradient, (float)share))]);
            norm = options.GradientClipping is null ? norm : Norm(builder, gradients);
        }

        if (options.GradientClipping is { } limit)
        {
            string most = builder.Over(builder.Scalar((float)limit), norm);
            gradients = builder.Times(gradients, builder.Add("Min", [most, builder.Scalar(1)]));
        }

        builder.Input(Scalars, Float, optimizer.ScalarCount);
        string[] scalars = [.. Enumerable.Range(0, optimizer.ScalarCount).Select(i => builder.Slice(Scalars, [i], [i + 1], [0], [1]))];
        string[] slots = [.. Enumerable.Range(0, optimizer.SlotCount).Select(i => builder.Input(Slot(i), Float, store.Length))];
        var (weights, next) = optimizer.Append(new OptimizerNodes(
            builder, Weights, gradients, slots, scalars, Rate(builder, store, scalars[0]), Decay(builder, store, optimizer)));
        Output(builder, NextWeights, weights, store.Length);
        for (int i = 0; i < next.Count; i++)
            Output(builder, NextSlot(i), next[i], store.Length);
        builder.Output(GradientNorm, Float);
        builder.Output(Gradients, Float, store.Length);
    }

    private static string Rate(GraphBuilder builder, ParameterStore store, string rate) => HasFactors(store)
        ? builder.Times(rate, builder.Input(RateFactors, Float, store.Length))
        : builder.Times(rate, (float)store.Groups[0].RateFactor);

    private static string? Decay(GraphBuilder builder, ParameterStore store, Optimizer optimizer) => optimizer.WeightDecay == 0
        ? null
        : builder.Input(Decays, Float, store.Length);

    /// <summary>Whether weights differ in what their learning rate is multiplied with.</summary>
    private static bool HasFactors(ParameterStore store)
    {
        foreach (var group in store.Groups)
        {
            if (group.RateFactor != store.Groups[0].RateFactor)
                return true;
        }

        return false;
    }

    /// <summary><c>running ← momentum·running + (1 − momentum)·batch</c>.</summary>
    private static void AppendStatistics(GraphBuilder builder, RunningStatistics statistics)
    {
        if (statistics.Items.Count == 0)
            return;
        int length = statistics.Values.Length;
        builder.Input(Statistics, Float, length);
        float[] momentum = [.. statistics.Items.SelectMany(item => Enumerable.Repeat(item.Momentum, item.Running.Length))];
        string keep = builder.Initializer(builder.Unique("keep"), momentum, [length]);
        string take = builder.Initializer(builder.Unique("take"), [.. momentum.Select(share => 1 - share)], [length]);
        string batch = builder.Concat([.. statistics.Items.Select(item => item.BatchName)], axis: 0);
        string next = builder.Plus(builder.Times(Statistics, keep), builder.Times(batch, take));
        Output(builder, NextStatistics, next, length);
    }

    /// <summary>Tensors one after the other, in the layout of the store.</summary>
    private static string Flat(GraphBuilder builder, ParameterStore store, IReadOnlyList<string> tensors)
    {
        var parts = new List<string>();
        foreach (var (index, padding) in store.Layout().Select((entry, index) => (index, entry.Padding)))
        {
            parts.Add(builder.Reshape(tensors[index], -1));
            if (padding > 0)
                parts.Add(builder.Zeros([padding]));
        }

        return builder.Concat(parts, axis: 0);
    }

    private static string Norm(GraphBuilder builder, string flat) =>
        builder.Add("ReduceL2", [flat], GraphBuilder.Attribute("keepdims", 0L));

    private static void Output(GraphBuilder builder, string name, string tensor, long length)
    {
        builder.AddNamed(name, "Identity", [tensor]);
        builder.Output(name, Float, length);
    }
}
