using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>
/// Steps with weights in memory of the execution provider. A step writes gradients there, the optimizer reads them with one set of weights,
/// slots and statistics and writes another; then both change places. Only the batch goes in, and only loss, logits and the length of the
/// gradient come out. While the device computes, the processor writes the next batch and brings its activations over.
/// </summary>
/// <remarks>
/// A provider that is not the processor's brings an input over when it is bound, so the small ones of a batch are bound anew for every
/// step; and it does not write outputs to memory of the process that was bound, so small outputs are asked for on the processor and read
/// from the binding.
/// </remarks>
internal class DeviceStepSession : StepSession
{
    private const int LossOutput = 0;
    private const int LogitsOutput = 1;

    private const float FirstLossScale = 1024;
    private const float LargestLossScale = 65536;

    /// <summary>After so many steps without an overflow a larger scale is tried.</summary>
    private const int StepsBetweenScales = 500;

    private readonly ParameterStore _parameters;
    private readonly Optimizer _optimizer;
    private readonly DeviceLayout _layout;
    private readonly InferenceSession _step;
    private readonly InferenceSession _update;
    private readonly InferenceSession _forward;
    private readonly DeviceMemory _memory;
    private readonly DeviceTensors _tensors;
    private readonly DeviceBinding[] _stepBindings;
    private readonly DeviceBinding[] _updateBindings;
    private readonly DeviceBinding[] _forwardBindings;
    private readonly DeviceBatch[] _batches;
    private readonly OrtValue _scalarsValue;
    private readonly OrtMemoryInfo _processor = OrtMemoryInfo.DefaultInstance;
    private readonly Memory<float> _scalars;

    /// <summary>A power of two, so that multiplying by it rounds nothing.</summary>
    private readonly Memory<float> _lossScale = ParameterStore.Pinned(1);
    private readonly bool _scalesLoss;
    private int _stepsAtScale;

    /// <summary>The set that the next run reads.</summary>
    private int _current;

    /// <param name="graph">The graphs.</param>
    /// <param name="parameters">Where weights and slots come from, and go to when they are fetched.</param>
    /// <param name="options">The optimizer, what clips gradients, and the device.</param>
    public DeviceStepSession(StepGraph graph, ParameterStore parameters, TrainingOptions options)
        : base(graph, writesAhead: true)
    {
        _parameters = parameters;
        _scalesLoss = graph.Step.Inputs.Any(input => input.Name == StepGraph.LossScale);
        _lossScale.Span[0] = FirstLossScale;
        _optimizer = options.Optimizer.Create();
        _scalars = ParameterStore.Pinned(_optimizer.ScalarCount);
        try
        {
            (_layout, var graphs, _update) = OpenUpdate(options);
            _step = Own(OnnxSession.Open(graphs.Step, options.Execution, SessionMode.Latency, "training step"));
            _forward = Own(OnnxSession.Open(graph.Forward, options.Execution, SessionMode.Latency, "validation"));
            _memory = Own(new DeviceMemory(_update, DeviceStepGraph.Weights(0), options.Execution));
            _tensors = new DeviceTensors(_layout, _memory, parameters, Statistics);
            _batches = [OnDevice(Batch), OnDevice(NextBatch!)];
            _stepBindings = TwoBindings(_step);
            _updateBindings = TwoBindings(_update);
            _forwardBindings = TwoBindings(_forward);
            _scalarsValue = Value(_scalars, [_scalars.Length]);

            // The order in which outputs are first bound is that of their values.
            Array.ForEach(_stepBindings, BindFetched);
            Array.ForEach(_updateBindings, BindNorm);
            _tensors.BindStep(_stepBindings, _updateBindings, graph, graphs.Clipped);
            _tensors.BindForward(_forwardBindings);
            _tensors.BindUpdate(_updateBindings, _update.InputMetadata, _optimizer);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// In half precision the step is computed again with a smaller scale where the gradients overflow, and with a larger one after many
    /// steps without that.
    /// </remarks>
    public override StepMeasure Compute(double learningRate, long step)
    {
        var measure = ComputeOnce(learningRate, step);
        ref float scale = ref _lossScale.Span[0];
        while (_scalesLoss && scale > 1 && float.IsFinite(measure.Loss) && !double.IsFinite(measure.GradientNorm))
        {
            scale /= 2;
            _stepsAtScale = 0;
            measure = ComputeOnce(learningRate, step);
        }

        if (++_stepsAtScale % StepsBetweenScales == 0 && scale < LargestLossScale)
            scale *= 2;
        return measure;
    }

    /// <inheritdoc/>
    /// <remarks>Only where memory has addresses: of others it is not known whether they compute and copy at the same time.</remarks>
    public override void SendNextBatch()
    {
        if (_layout.IsWhole)
            _batches[1 - Turn].SendAhead();
    }

    /// <summary>Brings the gradients of the last step, before anything clipped them, into the memory of the process.</summary>
    public void FetchGradients(Memory<float> gradients) => _tensors.FetchGradients(gradients);

    /// <inheritdoc/>
    public override void Adopt() => _current = 1 - _current;

    /// <inheritdoc/>
    public override void Forward()
    {
        _forwardBindings[_current].Refresh();
        var binding = _forwardBindings[_current].Tensors;
        _batches[Turn].BindForward(binding);
        binding.BindOutputToDevice(Graph.LogitsName, _processor);
        Run(_forward, binding);
        binding.SynchronizeBoundOutputs();
        using var outputs = binding.GetOutputValues();
        outputs[0].GetTensorDataAsSpan<float>().CopyTo(Logits.Span);
    }

    /// <inheritdoc/>
    public override void Fetch() => _tensors.Fetch(_current);

    /// <inheritdoc/>
    public override void Send() => _tensors.Send(_current);

    private StepMeasure ComputeOnce(double learningRate, long step)
    {
        _stepBindings[_current].Refresh();
        var binding = _stepBindings[_current].Tensors;
        _batches[Turn].BindStep(binding);

        // Bound anew as well: what an earlier run left in the binding would be bound memory.
        BindFetched(_stepBindings[_current]);
        Run(_step, binding);
        binding.SynchronizeBoundOutputs();
        using var outputs = binding.GetOutputValues();
        outputs[LogitsOutput].GetTensorDataAsSpan<float>().CopyTo(Logits.Span);

        _optimizer.Scalars(learningRate, step, _scalars.Span);
        _updateBindings[_current].Refresh();
        var updating = _updateBindings[_current].Tensors;
        updating.BindInput(DeviceStepGraph.Scalars, _scalarsValue);
        updating.SynchronizeBoundInputs();
        BindNorm(_updateBindings[_current]);
        Run(_update, updating);
        updating.SynchronizeBoundOutputs();
        using var updated = updating.GetOutputValues();
        return new StepMeasure(
            outputs[LossOutput].GetTensorDataAsSpan<float>()[0], updated[0].GetTensorDataAsSpan<float>()[0]);
    }

    /// <summary>Asks for what every step brings back, in the order of <see cref="LossOutput"/> and the other.</summary>
    private void BindFetched(DeviceBinding binding)
    {
        binding.Tensors.BindOutputToDevice(StepGraph.Loss, _processor);
        binding.Tensors.BindOutputToDevice(Graph.LogitsName, _processor);
    }

    private void BindNorm(DeviceBinding binding) => binding.Tensors.BindOutputToDevice(DeviceStepGraph.GradientNorm, _processor);

    private DeviceBinding[] TwoBindings(InferenceSession session)
    {
        var elsewhere = _memory.InputsElsewhere(session);
        return [Own(new DeviceBinding(session, elsewhere)), Own(new DeviceBinding(session, elsewhere))];
    }

    /// <summary>
    /// Opens the optimizer for one tensor of all weights, or for each apart where the memory of the device has no addresses.
    /// </summary>
    private (DeviceLayout Layout, DeviceStepGraph Graphs, InferenceSession Update) OpenUpdate(TrainingOptions options)
    {
        var whole = Open(isWhole: true);
        if (!options.Execution.KeepsTensorsApart && DeviceMemory.IsAddressable(whole.Update, DeviceStepGraph.Weights(0)))
            return whole;
        whole.Update.Dispose();
        return Open(isWhole: false);

        (DeviceLayout Layout, DeviceStepGraph Graphs, InferenceSession Update) Open(bool isWhole)
        {
            var layout = DeviceLayout.Of(_parameters, Statistics, isWhole);
            var graphs = DeviceStepGraph.Build(Graph, _parameters, Statistics, layout, options);
            return (layout, graphs, Own(OnnxSession.Open(graphs.Update, options.Execution, SessionMode.Latency, "optimizer")));
        }
    }

    private DeviceBatch OnDevice(BatchBuffers batch)
    {
        var small = new List<(string Name, OrtValue Value)> { (StepGraph.Targets, Value(batch.Targets, [BatchSize, Graph.Classes])) };
        if (_scalesLoss)
            small.Add((StepGraph.LossScale, Value(_lossScale, [1])));
        small.AddRange(Graph.Masks.Select((mask, i) => (mask.Name, Value(batch.Masks[i], mask.Dimensions))));
        return new DeviceBatch(Graph, batch.Input, small, _memory);
    }
}
