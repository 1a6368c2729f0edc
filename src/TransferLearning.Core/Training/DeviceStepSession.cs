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
    private readonly DeviceStepGraph _graphs;
    private readonly InferenceSession _step;
    private readonly InferenceSession _update;
    private readonly InferenceSession _forward;
    private readonly DeviceMemory _memory;
    private readonly OrtValue _gradients;
    private readonly DeviceWeights[] _sets;
    private readonly OrtIoBinding[] _stepBindings;
    private readonly OrtIoBinding[] _updateBindings;
    private readonly OrtIoBinding[] _forwardBindings;
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
            _graphs = DeviceStepGraph.Build(graph, parameters, Statistics, options);
            _step = Own(OnnxSession.Open(_graphs.Step, options.Execution, SessionMode.Latency, "training step"));
            _update = Own(OnnxSession.Open(_graphs.Update, options.Execution, SessionMode.Latency, "optimizer"));
            _forward = Own(OnnxSession.Open(graph.Forward, options.Execution, SessionMode.Latency, "validation"));
            _memory = Own(new DeviceMemory(_update, DeviceStepGraph.Weights, options.Execution));
            _gradients = AllocateZeros(parameters.Length);
            _sets = [AllocateSet(), AllocateSet()];
            _batches = [OnDevice(Batch), OnDevice(NextBatch!)];
            _stepBindings = [Own(_step.CreateIoBinding()), Own(_step.CreateIoBinding())];
            _updateBindings = [Own(_update.CreateIoBinding()), Own(_update.CreateIoBinding())];
            _forwardBindings = [Own(_forward.CreateIoBinding()), Own(_forward.CreateIoBinding())];
            _scalarsValue = Value(_scalars, [_scalars.Length]);
            Bind();
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
    public override void SendNextBatch() => _batches[1 - Turn].SendAhead();

    /// <summary>Brings the gradients of the last step, before anything clipped them, into the memory of the process.</summary>
    public void FetchGradients(Memory<float> gradients) => _memory.Read(_gradients, gradients);

    /// <inheritdoc/>
    public override void Adopt() => _current = 1 - _current;

    /// <inheritdoc/>
    public override void Forward()
    {
        var binding = _forwardBindings[_current];
        _batches[Turn].BindForward(binding);
        binding.BindOutputToDevice(Graph.LogitsName, _processor);
        Run(_forward, binding);
        binding.SynchronizeBoundOutputs();
        using var outputs = binding.GetOutputValues();
        outputs[0].GetTensorDataAsSpan<float>().CopyTo(Logits.Span);
    }

    /// <inheritdoc/>
    public override void Fetch() => _sets[_current].Exchange(_parameters, Statistics, _memory.Read);

    /// <inheritdoc/>
    public override void Send() => _sets[_current].Exchange(_parameters, Statistics, (value, values) => _memory.Write(values, value));

    private StepMeasure ComputeOnce(double learningRate, long step)
    {
        var binding = _stepBindings[_current];
        _batches[Turn].BindStep(binding);

        // Bound anew as well: what an earlier run left in the binding would be bound memory.
        BindFetched(binding);
        Run(_step, binding);
        binding.SynchronizeBoundOutputs();
        using var outputs = binding.GetOutputValues();
        outputs[LogitsOutput].GetTensorDataAsSpan<float>().CopyTo(Logits.Span);

        _optimizer.Scalars(learningRate, step, _scalars.Span);
        var updating = _updateBindings[_current];
        updating.BindInput(DeviceStepGraph.Scalars, _scalarsValue);
        updating.SynchronizeBoundInputs();
        updating.BindOutputToDevice(DeviceStepGraph.GradientNorm, _processor);
        Run(_update, updating);
        updating.SynchronizeBoundOutputs();
        using var updated = updating.GetOutputValues();
        return new StepMeasure(
            outputs[LossOutput].GetTensorDataAsSpan<float>()[0], updated[0].GetTensorDataAsSpan<float>()[0]);
    }

    /// <summary>Asks for what every step brings back, in the order of <see cref="LossOutput"/> and the other.</summary>
    private void BindFetched(OrtIoBinding binding)
    {
        binding.BindOutputToDevice(StepGraph.Loss, _processor);
        binding.BindOutputToDevice(Graph.LogitsName, _processor);
    }

    private DeviceWeights AllocateSet() => new(
        _memory.Allocate(_parameters.Length),
        [.. _parameters.Slots.Select(_ => _memory.Allocate(_parameters.Length))],
        Statistics.Items.Count == 0 ? null : _memory.Allocate(Statistics.Values.Length));

    /// <summary>A tensor whose padding, between the parts that a step writes, is zero and stays so.</summary>
    private OrtValue AllocateZeros(int length)
    {
        var value = _memory.Allocate(length);
        _memory.Write(new float[length], value);
        return value;
    }

    private void Bind()
    {
        foreach (var binding in _stepBindings)
            BindFetched(binding);
        for (int set = 0; set < _sets.Length; set++)
        {
            BindUpdate(_updateBindings[set], _sets[set], _sets[1 - set]);
            BindWeights(_stepBindings[set], _forwardBindings[set], _sets[set]);
        }

        BindOutputs(_gradients, Graph.Gradients);
        if (_graphs.Clipped.Count > 0)
        {
            var clipped = AllocateZeros(_parameters.Length);
            BindOutputs(clipped, _graphs.Clipped);
            foreach (var binding in _updateBindings)
                binding.BindInput(DeviceStepGraph.ClippedGradients, clipped);
        }

        if (Statistics.Items.Count > 0)
            BindBatchStatistics();
        foreach (string name in (string[])[DeviceStepGraph.RateFactors, DeviceStepGraph.Decays])
        {
            if (!_update.InputMetadata.ContainsKey(name))
                continue;
            var settings = Settings(name == DeviceStepGraph.RateFactors);
            foreach (var binding in _updateBindings)
                binding.BindInput(name, settings);
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

    /// <summary>Lets the step and the network of validation read their weights as parts of a set.</summary>
    private void BindWeights(OrtIoBinding step, OrtIoBinding forward, DeviceWeights set)
    {
        for (int i = 0; i < _parameters.Parameters.Count; i++)
        {
            var part = Part(set.Weights, i);
            step.BindInput(_parameters.Parameters[i].Name, part);
            forward.BindInput(_parameters.Parameters[i].Name, part);
        }

        foreach (var item in Statistics.Items)
            forward.BindInput(item.RunningName, _memory.View(set.Statistics!, item.Offset, [item.Running.Length]));
    }

    /// <summary>Lets steps write their gradients as parts of one tensor.</summary>
    private void BindOutputs(OrtValue whole, IReadOnlyList<string> names)
    {
        for (int i = 0; i < names.Count; i++)
        {
            var part = Part(whole, i);
            foreach (var binding in _stepBindings)
                binding.BindOutput(names[i], part);
        }
    }

    private void BindBatchStatistics()
    {
        var batch = AllocateZeros(Statistics.Values.Length);
        foreach (var item in Statistics.Items)
        {
            var part = _memory.View(batch, item.Offset, [item.Running.Length]);
            foreach (var binding in _stepBindings)
                binding.BindOutput(item.BatchName, part);
        }

        foreach (var binding in _updateBindings)
            binding.BindInput(DeviceStepGraph.BatchStatistics, batch);
    }

    private OrtValue Part(OrtValue whole, int parameter) =>
        _memory.View(whole, _parameters.Offset(parameter), [.. _parameters.Parameters[parameter].Dimensions]);

    /// <summary>The learning rate's factor, or the decay, of each weight, on the device.</summary>
    private OrtValue Settings(bool factors)
    {
        float[] values = new float[_parameters.Length];
        foreach (var group in _parameters.Groups)
        {
            double value = factors ? group.RateFactor : group.Decays ? _optimizer.WeightDecay : 0;
            values.AsSpan(group.Offset, group.Length).Fill((float)value);
        }

        var settings = _memory.Allocate(values.Length);
        _memory.Write(values, settings);
        return settings;
    }

    private void BindUpdate(OrtIoBinding binding, DeviceWeights from, DeviceWeights to)
    {
        // The order in which outputs are first bound is that of their values.
        binding.BindOutputToDevice(DeviceStepGraph.GradientNorm, _processor);
        binding.BindInput(DeviceStepGraph.Gradients, _gradients);
        binding.BindInput(DeviceStepGraph.Weights, from.Weights);
        binding.BindOutput(DeviceStepGraph.NextWeights, to.Weights);
        for (int i = 0; i < from.Slots.Count; i++)
        {
            binding.BindInput(DeviceStepGraph.Slot(i), from.Slots[i]);
            binding.BindOutput(DeviceStepGraph.NextSlot(i), to.Slots[i]);
        }

        if (from.Statistics is { } statistics)
        {
            binding.BindInput(DeviceStepGraph.Statistics, statistics);
            binding.BindOutput(DeviceStepGraph.NextStatistics, to.Statistics!);
        }
    }
}
