using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>
/// The graphs of a <see cref="StepGraph"/> whose weights never leave the device: the step, and the optimizer as a graph of its own that
/// reads weights, gradients, slots and statistics and writes the next ones. Where the memory of the device allows it these are one tensor
/// each, of which the tensors of the step are parts, so that nothing is cut apart or put together: with one graph for both, splitting the
/// weights and joining the gradients took three quarters of the time of a step (docs/devices.md). Elsewhere the optimizer has its dozen
/// nodes for each tensor.
/// </summary>
/// <param name="Step">The graph of a step.</param>
/// <param name="Clipped">The step's outputs with shortened gradients, by parameter; empty where single tensors are not clipped.</param>
/// <param name="Update">The graph of the optimizer.</param>
internal sealed record DeviceStepGraph(OnnxModel Step, IReadOnlyList<string> Clipped, OnnxModel Update)
{
    /// <summary>The scalar output with the Euclidean length of all gradients, before anything clips them.</summary>
    public const string GradientNorm = "device/gradient-norm";

    /// <summary>The input with <see cref="Optimizer.Scalars"/>.</summary>
    public const string Scalars = "device/scalars";

    /// <summary>
    /// The input with what the learning rate of each weight is multiplied with; missing where all train alike, or tensors are apart.
    /// </summary>
    public const string RateFactors = "device/rate-factors";

    /// <summary>The input with the decay of each weight; missing where the optimizer has none, or tensors are apart.</summary>
    public const string Decays = "device/decays";

    private const TensorProto.Types.DataType Float = TensorProto.Types.DataType.Float;

    /// <summary>The input with the weights of a run of the <see cref="DeviceLayout"/>.</summary>
    public static string Weights(int run) => Name("weights", run);

    /// <summary>The output with its weights after the step.</summary>
    public static string NextWeights(int run) => Name("weights-next", run);

    /// <summary>The input with its gradients as they are before anything clips them.</summary>
    public static string Gradients(int run) => Name("gradients", run);

    /// <summary>The input with the gradients that <see cref="Clipped"/> has; missing where single tensors are not clipped.</summary>
    public static string ClippedGradients(int run) => Name("clipped-gradients", run);

    /// <summary>The input with a slot of the optimizer.</summary>
    public static string Slot(int slot, int run) => Name(FormattableString.Invariant($"slot-{slot}"), run);

    /// <summary>The output with a slot after the step.</summary>
    public static string NextSlot(int slot, int run) => Name(FormattableString.Invariant($"slot-{slot}-next"), run);

    /// <summary>The input with running statistics.</summary>
    public static string Statistics(int run) => Name("statistics", run);

    /// <summary>The input with the statistics of the batch, in the same layout.</summary>
    public static string BatchStatistics(int run) => Name("batch-statistics", run);

    /// <summary>The output with the running statistics after the step.</summary>
    public static string NextStatistics(int run) => Name("statistics-next", run);

    /// <summary>Builds the graphs.</summary>
    /// <param name="graph">The step with gradients as outputs.</param>
    /// <param name="store">The weights.</param>
    /// <param name="statistics">The running statistics.</param>
    /// <param name="layout">How both lie on the device.</param>
    /// <param name="options">The optimizer, and what clips gradients.</param>
    public static DeviceStepGraph Build(
        StepGraph graph, ParameterStore store, RunningStatistics statistics, DeviceLayout layout, TrainingOptions options)
    {
        var update = new GraphBuilder(new GraphProto { Name = "update" }, "device/");
        AppendUpdate(update, store, layout, options);
        for (int run = 0; run < layout.Statistics.Count; run++)
            AppendStatistics(update, statistics, layout.Statistics[run], run);
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

    private static void AppendUpdate(GraphBuilder builder, ParameterStore store, DeviceLayout layout, TrainingOptions options)
    {
        var optimizer = options.Optimizer.Create();
        string[] gradients = [.. layout.Weights.Select((run, i) => Input(builder, Gradients(i), run))];
        string norm = builder.AddNamed(GradientNorm, "Identity", [Norm(builder, gradients)]);
        builder.Output(GradientNorm, Float);
        if (options.AdaptiveClipping is not null)
        {
            gradients = [.. layout.Weights.Select((run, i) => Input(builder, ClippedGradients(i), run))];
            norm = options.GradientClipping is null ? norm : Norm(builder, gradients);
        }

        if (options.GradientClipping is { } limit)
        {
            string most = builder.Over(builder.Scalar((float)limit), norm);
            string share = builder.Add("Min", [most, builder.Scalar(1)]);
            gradients = [.. gradients.Select(gradient => builder.Times(gradient, share))];
        }

        builder.Input(Scalars, Float, optimizer.ScalarCount);
        string[] scalars = [.. Enumerable.Range(0, optimizer.ScalarCount).Select(i => builder.Slice(Scalars, [i], [i + 1], [0], [1]))];
        for (int i = 0; i < layout.Weights.Count; i++)
        {
            var run = layout.Weights[i];
            string[] slots = [.. Enumerable.Range(0, optimizer.SlotCount).Select(slot => Input(builder, Slot(slot, i), run))];
            var parameter = layout.IsWhole ? null : store.Parameters[i];
            var (weights, next) = optimizer.Append(new OptimizerNodes(
                builder,
                Input(builder, Weights(i), run),
                gradients[i],
                slots,
                scalars,
                Rate(builder, store, parameter, scalars[0]),
                Decay(builder, store, parameter, optimizer)));
            Output(builder, NextWeights(i), weights, run);
            for (int slot = 0; slot < next.Count; slot++)
                Output(builder, NextSlot(slot, i), next[slot], run);
        }
    }

    /// <summary>The learning rate of one parameter, or of all weights.</summary>
    private static string Rate(GraphBuilder builder, ParameterStore store, Parameter? parameter, string rate) =>
        parameter is null && HasFactors(store)
            ? builder.Times(rate, builder.Input(RateFactors, Float, store.Length))
            : builder.Times(rate, (float)(parameter?.RateFactor ?? store.Groups[0].RateFactor));

    /// <summary>The decay of one parameter, or of all weights; null where there is none.</summary>
    private static string? Decay(GraphBuilder builder, ParameterStore store, Parameter? parameter, Optimizer optimizer)
    {
        if (optimizer.WeightDecay == 0 || parameter is { Decays: false })
            return null;
        return parameter is null ? builder.Input(Decays, Float, store.Length) : builder.Scalar((float)optimizer.WeightDecay);
    }

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
    private static void AppendStatistics(GraphBuilder builder, RunningStatistics statistics, DeviceRun run, int index)
    {
        float[] momentum = new float[run.Length];
        foreach (var item in statistics.Items)
        {
            if (item.Offset >= run.Offset && item.Offset < run.Offset + run.Length)
                momentum.AsSpan(item.Offset - run.Offset, item.Running.Length).Fill(item.Momentum);
        }

        string keep = builder.Initializer(builder.Unique("keep"), momentum, run.Dimensions);
        string take = builder.Initializer(builder.Unique("take"), [.. momentum.Select(share => 1 - share)], run.Dimensions);
        string running = Input(builder, Statistics(index), run), batch = Input(builder, BatchStatistics(index), run);
        Output(builder, NextStatistics(index), builder.Plus(builder.Times(running, keep), builder.Times(batch, take)), run);
    }

    /// <summary>The Euclidean length of several tensors together.</summary>
    private static string Norm(GraphBuilder builder, string[] tensors)
    {
        string[] norms = [.. tensors.Select(tensor => builder.Add("ReduceL2", [tensor], GraphBuilder.Attribute("keepdims", 0L)))];
        return norms is [var one]
            ? one
            : builder.Add("Sqrt", [norms.Select(norm => builder.Times(norm, norm)).Aggregate((sum, next) => builder.Plus(sum, next))]);
    }

    private static string Name(string kind, int run) => FormattableString.Invariant($"device/{kind}-{run}");

    private static string Input(GraphBuilder builder, string name, in DeviceRun run) =>
        builder.Input(name, Float, [.. run.Dimensions]);

    private static void Output(GraphBuilder builder, string name, string tensor, in DeviceRun run)
    {
        builder.AddNamed(name, "Identity", [tensor]);
        builder.Output(name, Float, [.. run.Dimensions]);
    }
}
