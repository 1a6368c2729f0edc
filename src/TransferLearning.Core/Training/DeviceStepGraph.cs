using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// The graphs of a <see cref="StepGraph"/> whose weights never leave the device: the step, and the optimizer as a graph of its own that
/// reads weights, gradients, slots and statistics as one tensor each and writes the next ones. In memory of the device the tensors of the
/// step are parts of those, so that nothing is cut apart or put together: with one graph for both, splitting the weights and joining the
/// gradients took three quarters of the time of a step (docs/devices.md).
/// </summary>
/// <param name="Step">The graph of a step.</param>
/// <param name="Clipped">The step's outputs with shortened gradients, by parameter; empty where single tensors are not clipped.</param>
/// <param name="Update">The graph of the optimizer.</param>
internal sealed record DeviceStepGraph(OnnxModel Step, IReadOnlyList<string> Clipped, OnnxModel Update)
{
    /// <summary>The input with all weights, in the layout of the <see cref="ParameterStore"/>.</summary>
    public const string Weights = "device/weights";

    /// <summary>The output with the weights after the step.</summary>
    public const string NextWeights = "device/weights-next";

    /// <summary>The input with all gradients as they are before anything clips them, in the layout of the weights.</summary>
    public const string Gradients = "device/gradients";

    /// <summary>The input with the gradients that <see cref="Clipped"/> has; missing where single tensors are not clipped.</summary>
    public const string ClippedGradients = "device/clipped-gradients";

    /// <summary>The scalar output with the Euclidean length of <see cref="Gradients"/>.</summary>
    public const string GradientNorm = "device/gradient-norm";

    /// <summary>The input with the running statistics, in the layout of <see cref="RunningStatistics"/>.</summary>
    public const string Statistics = "device/statistics";

    /// <summary>The input with the statistics of the batch, in the same layout.</summary>
    public const string BatchStatistics = "device/batch-statistics";

    /// <summary>The output with the running statistics after the step.</summary>
    public const string NextStatistics = "device/statistics-next";

    /// <summary>The input with <see cref="Optimizer.Scalars"/>.</summary>
    public const string Scalars = "device/scalars";

    /// <summary>The input with what the learning rate of each weight is multiplied with; missing where all train alike.</summary>
    public const string RateFactors = "device/rate-factors";

    /// <summary>The input with the decay of each weight; missing where all decay alike.</summary>
    public const string Decays = "device/decays";

    private const TensorProto.Types.DataType Float = TensorProto.Types.DataType.Float;

    /// <summary>The input with a slot of the optimizer.</summary>
    public static string Slot(int index) => FormattableString.Invariant($"device/slot-{index}");

    /// <summary>The output with a slot after the step.</summary>
    public static string NextSlot(int index) => FormattableString.Invariant($"device/slot-{index}-next");

    /// <summary>Builds the graphs.</summary>
    /// <param name="graph">The step with gradients as outputs.</param>
    /// <param name="store">The weights and their layout.</param>
    /// <param name="statistics">The running statistics and their layout.</param>
    /// <param name="options">The optimizer, and what clips gradients.</param>
    public static DeviceStepGraph Build(StepGraph graph, ParameterStore store, RunningStatistics statistics, TrainingOptions options)
    {
        var update = new GraphBuilder(new GraphProto { Name = "update" }, "device/");
        AppendUpdate(update, store, options);
        AppendStatistics(update, statistics);
        if (options.AdaptiveClipping is not { } share)
            return new DeviceStepGraph(graph.Step, [], update.ToModel());
        var step = graph.Step.Proto.Clone();
        var builder = new GraphBuilder(step.Graph, "device/");
        string[] clipped = [.. graph.Gradients.Select((gradient, i) =>
            AdaptiveClipping.Append(builder, store.Parameters[i], gradient, (float)share))];
        foreach (var (name, i) in clipped.Select((name, i) => (name, i)))
            builder.Output(name, Float, [.. store.Parameters[i].Dimensions]);
        return new DeviceStepGraph(new OnnxModel(step), clipped, update.ToModel());
    }

    private static void AppendUpdate(GraphBuilder builder, ParameterStore store, TrainingOptions options)
    {
        var optimizer = options.Optimizer.Create();
        builder.Input(Weights, Float, store.Length);
        string gradients = builder.Input(Gradients, Float, store.Length);
        string norm = builder.AddNamed(GradientNorm, "Identity", [Norm(builder, gradients)]);
        builder.Output(GradientNorm, Float);
        if (options.AdaptiveClipping is not null)
        {
            gradients = builder.Input(ClippedGradients, Float, store.Length);
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
        float[] momentum = new float[length];
        foreach (var item in statistics.Items)
            momentum.AsSpan(item.Offset, item.Running.Length).Fill(item.Momentum);
        string keep = builder.Initializer(builder.Unique("keep"), momentum, [length]);
        string take = builder.Initializer(builder.Unique("take"), [.. momentum.Select(share => 1 - share)], [length]);
        string running = builder.Input(Statistics, Float, length), batch = builder.Input(BatchStatistics, Float, length);
        Output(builder, NextStatistics, builder.Plus(builder.Times(running, keep), builder.Times(batch, take)), length);
    }

    private static string Norm(GraphBuilder builder, string flat) =>
        builder.Add("ReduceL2", [flat], GraphBuilder.Attribute("keepdims", 0L));

    private static void Output(GraphBuilder builder, string name, string tensor, long length)
    {
        builder.AddNamed(name, "Identity", [tensor]);
        builder.Output(name, Float, length);
    }
}
