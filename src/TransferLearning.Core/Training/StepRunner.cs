using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>What a step found before it changed the weights.</summary>
internal readonly record struct StepOutcome(float Loss, int Correct, int Seen, double GradientNorm)
{
    /// <summary>Whether the loss and every gradient are numbers; if not, the weights were left alone.</summary>
    public bool IsFinite => float.IsFinite(Loss) && double.IsFinite(GradientNorm);
}

/// <summary>The machinery of a step: batch in, gradients out, weights updated. What drives it decides on epochs and rates.</summary>
internal sealed class StepRunner : IDisposable
{
    private readonly BatchWriter _batches;
    private readonly OnnxModel _model;

    /// <summary>The step whose batch <see cref="StepSession.NextBatch"/> holds, and its examples that count.</summary>
    private (int Epoch, int StepOfEpoch, int Seen)? _written;

    /// <exception cref="OnnxGraphException">The network cannot be trained; the message names the node.</exception>
    /// <exception cref="ArgumentException">The examples do not fit the network.</exception>
    public StepRunner(TrainableNetwork network, TrainingExamples examples, TrainingOptions options)
    {
        int batch = Math.Min(options.BatchSizeFor(examples.Count), examples.Count);
        bool onDevice = options.Execution.MayDiffer;
        var graph = StepGraph.Build(network, batch, onDevice ? StepForm.Device with { HalfPrecision = options.Execution.HalfPrecision }
            : StepForm.Processor);
        RequireFit(graph, examples);
        Parameters = new ParameterStore(network.Parameters, options.Optimizer.Create().SlotCount);
        try
        {
            Session = onDevice ? new DeviceStepSession(graph, Parameters, options) : new HostStepSession(graph, Parameters, options);
            _batches = new BatchWriter(examples, options, Session);
            _model = network.Model;
            Start();
            if (onDevice)
                CompareWithProcessor(network, options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>
    /// Weights, gradients and slots in the memory of the process; where the session keeps them on a device, as of the last
    /// <see cref="StepSession.Fetch"/>.
    /// </summary>
    public ParameterStore Parameters { get; }

    /// <summary>The graph and its buffers.</summary>
    public StepSession Session { get; }

    /// <summary>The number of steps of an epoch; the last one may be filled up.</summary>
    public int StepsPerEpoch => _batches.StepsPerEpoch;

    /// <summary>Puts the network's own weights and statistics back, and forgets what the optimizer remembers.</summary>
    public void Reset()
    {
        foreach (var slot in Parameters.Slots)
            slot.Span.Clear();
        Start();
    }

    /// <summary>Draws the order of an epoch.</summary>
    public void BeginEpoch(int epoch)
    {
        _written = null;
        _batches.Shuffle(epoch);
    }

    /// <summary>Runs a step and updates the weights, unless something is not finite.</summary>
    /// <exception cref="OperationCanceledException">The session was cancelled; the weights are as before the step.</exception>
    public StepOutcome Run(int epoch, int stepOfEpoch, double learningRate)
    {
        int seen = Provide(epoch, stepOfEpoch);
        long number = ((long)epoch * StepsPerEpoch) + stepOfEpoch + 1;
        var measure = Session.NextBatch is { } next && stepOfEpoch + 1 < StepsPerEpoch
            ? ComputeWhileWriting(learningRate, number, next, epoch, stepOfEpoch + 1)
            : Session.Compute(learningRate, number);
        var outcome = new StepOutcome(measure.Loss, _batches.CountCorrect(stepOfEpoch, seen), seen, measure.GradientNorm);
        if (outcome.IsFinite)
            Session.Adopt();
        return outcome;
    }

    /// <summary>All weights by name, running statistics included.</summary>
    /// <param name="weights">Weights in the layout of <see cref="Parameters"/>.</param>
    /// <param name="statistics">Statistics in the layout of the session's.</param>
    public IReadOnlyDictionary<string, ReadOnlyMemory<float>> ByName(Memory<float> weights, Memory<float> statistics)
    {
        var named = Parameters.ByName(weights).ToDictionary(StringComparer.Ordinal);
        foreach (var statistic in Session.Statistics.Items)
            named[statistic.RunningName] = statistics.Slice(statistic.Offset, statistic.Running.Length);

        return named;
    }

    public void Dispose()
    {
        // Null where the session could not be opened.
        Session?.Dispose();
        Parameters.Dispose();
    }

    /// <summary>Sees to it that the session has the batch of a step.</summary>
    /// <returns>The number of examples that count.</returns>
    private int Provide(int epoch, int stepOfEpoch)
    {
        var last = _written;
        _written = null;
        if (last is not { } written || written.Epoch != epoch || written.StepOfEpoch != stepOfEpoch)
            return _batches.Write(Session.Batch, epoch, stepOfEpoch);
        Session.TakeNextBatch();
        return written.Seen;
    }

    private StepMeasure ComputeWhileWriting(double learningRate, long number, BatchBuffers next, int epoch, int stepOfEpoch)
    {
        int seen = 0;
        var measure = Session.ComputeWhile(learningRate, number, () =>
        {
            seen = _batches.Write(next, epoch, stepOfEpoch);
            Session.SendNextBatch();
        });
        _written = (epoch, stepOfEpoch, seen);
        return measure;
    }

    private void Start()
    {
        for (int i = 0; i < Parameters.Parameters.Count; i++)
            _model.CopyInitializer(Parameters.Parameters[i].Name, Parameters.Slice(Parameters.Weights, i).Span);
        foreach (var statistic in Session.Statistics.Items)
            _model.CopyInitializer(statistic.RunningName, statistic.Running.Span);
        Session.Send();
    }

    /// <summary>Runs the first batch on the device and on the processor, and goes on only where both find the same.</summary>
    /// <exception cref="DeviceException">The device computes other numbers.</exception>
    private void CompareWithProcessor(TrainableNetwork network, TrainingOptions options)
    {
        _batches.Shuffle(epoch: 0);
        _batches.Write(Session.Batch, epoch: 0, stepOfEpoch: 0);
        var onProcessor = options with { Execution = options.Execution.OnProcessor() };
        using var parameters = new ParameterStore(network.Parameters, Parameters.Slots.Count);
        Parameters.Weights.CopyTo(parameters.Weights);
        using var reference = new HostStepSession(
            StepGraph.Build(network, Session.BatchSize, StepForm.Processor), parameters, onProcessor);
        new DeviceCheck((DeviceStepSession)Session, Parameters, reference, parameters, options.Execution).Require();
    }

    /// <summary>Checks examples against the graph.</summary>
    public static void RequireFit(StepGraph graph, TrainingExamples examples)
    {
        long length = TensorShape.Count(graph.InputDimensions.AsSpan(1));
        if (examples.Length != length)
        {
            throw new ArgumentException(
                $"The examples have {examples.Length} numbers each, but the network takes " +
                $"[{string.Join(", ", graph.InputDimensions.Skip(1))}] at '{graph.InputName}', {length} numbers.");
        }

        if (examples.Labels.Any(label => label < 0 || label >= graph.Classes))
            throw new ArgumentException($"Labels must be in 0 … {graph.Classes - 1}, since the network has {graph.Classes} classes.");
    }
}
