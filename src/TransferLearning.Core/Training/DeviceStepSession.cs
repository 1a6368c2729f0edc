using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>
/// Steps with weights in memory of the execution provider. A step reads one set of weights, slots and statistics and writes another; then
/// both change places. Only the batch goes in, and only loss, logits and the length of the gradient come out.
/// </summary>
/// <remarks>
/// A provider that is not the processor's brings an input over when it is bound, so the batch is bound anew for every step; and it does not
/// write outputs to memory of the process that was bound, so small outputs are asked for on the processor and read from the binding.
/// </remarks>
internal class DeviceStepSession : StepSession
{
    private const int LossOutput = 0;
    private const int NormOutput = 1;
    private const int LogitsOutput = 2;

    private const float FirstLossScale = 1024;
    private const float LargestLossScale = 65536;

    /// <summary>After so many steps without an overflow a larger scale is tried.</summary>
    private const int StepsBetweenScales = 500;

    private readonly ParameterStore _parameters;
    private readonly Optimizer _optimizer;
    private readonly InferenceSession _step;
    private readonly InferenceSession _forward;
    private readonly DeviceMemory _memory;
    private readonly DeviceWeights[] _sets;
    private readonly OrtIoBinding[] _stepBindings;
    private readonly OrtIoBinding[] _forwardBindings;
    private readonly List<(string Name, OrtValue Value)> _batch = [];
    private readonly List<(string Name, OrtValue Value)> _settings = [];
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
        : base(graph)
    {
        _parameters = parameters;
        _scalesLoss = graph.Step.Inputs.Any(input => input.Name == StepGraph.LossScale);
        _lossScale.Span[0] = FirstLossScale;
        _optimizer = options.Optimizer.Create();
        _scalars = ParameterStore.Pinned(_optimizer.ScalarCount);
        try
        {
            var onDevice = DeviceStepGraph.Build(graph, parameters, Statistics, options);
            _step = Own(OnnxSession.Open(onDevice.Step, options.Execution, SessionMode.Latency, "training step"));
            _forward = Own(OnnxSession.Open(onDevice.Forward, options.Execution, SessionMode.Latency, "validation"));
            _memory = Own(new DeviceMemory(_step, DeviceStepGraph.Weights, options.Execution));
            _sets = [AllocateSet(), AllocateSet()];
            _stepBindings = [Own(_step.CreateIoBinding()), Own(_step.CreateIoBinding())];
            _forwardBindings = [Own(_forward.CreateIoBinding()), Own(_forward.CreateIoBinding())];
            Bind(graph);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override StepMeasure Compute(double learningRate, long step) => Compute(_stepBindings[_current], learningRate, step, default);

    /// <summary>Computes a step and brings its gradients, before anything clips them, into the memory of the process too.</summary>
    /// <inheritdoc cref="Compute(double, long)"/>
    public StepMeasure ComputeWithGradients(double learningRate, long step, Memory<float> gradients)
    {
        using var binding = _step.CreateIoBinding();
        BindStep(binding, _sets[_current], _sets[1 - _current]);
        return Compute(binding, learningRate, step, gradients);
    }

    /// <inheritdoc/>
    public override void Adopt() => _current = 1 - _current;

    /// <inheritdoc/>
    public override void Forward()
    {
        var binding = _forwardBindings[_current];
        binding.BindInput(Graph.InputName, _batch[0].Value);
        binding.SynchronizeBoundInputs();
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

    /// <summary>
    /// Computes a step; in half precision again with a smaller scale where the gradients overflow, and with a larger one after many steps
    /// without that.
    /// </summary>
    private StepMeasure Compute(OrtIoBinding binding, double learningRate, long step, Memory<float> gradients)
    {
        var measure = ComputeOnce(binding, learningRate, step, gradients);
        ref float scale = ref _lossScale.Span[0];
        while (_scalesLoss && scale > 1 && float.IsFinite(measure.Loss) && !double.IsFinite(measure.GradientNorm))
        {
            scale /= 2;
            _stepsAtScale = 0;
            measure = ComputeOnce(binding, learningRate, step, gradients);
        }

        if (++_stepsAtScale % StepsBetweenScales == 0 && scale < LargestLossScale)
            scale *= 2;
        return measure;
    }

    private StepMeasure ComputeOnce(OrtIoBinding binding, double learningRate, long step, Memory<float> gradients)
    {
        _optimizer.Scalars(learningRate, step, _scalars.Span);
        foreach (var (name, value) in _batch)
            binding.BindInput(name, value);
        binding.SynchronizeBoundInputs();

        // Bound anew as well: what an earlier run left in the binding would be bound memory.
        BindFetched(binding);
        if (!gradients.IsEmpty)
            binding.BindOutputToDevice(DeviceStepGraph.Gradients, _processor);
        Run(_step, binding);
        binding.SynchronizeBoundOutputs();
        using var outputs = binding.GetOutputValues();
        outputs[LogitsOutput].GetTensorDataAsSpan<float>().CopyTo(Logits.Span);
        if (!gradients.IsEmpty)
            outputs[outputs.Count - 1].GetTensorDataAsSpan<float>().CopyTo(gradients.Span);
        return new StepMeasure(
            outputs[LossOutput].GetTensorDataAsSpan<float>()[0], outputs[NormOutput].GetTensorDataAsSpan<float>()[0]);
    }

    private DeviceWeights AllocateSet() => new(
        _memory.Allocate(_parameters.Length),
        [.. _parameters.Slots.Select(_ => _memory.Allocate(_parameters.Length))],
        Statistics.Items.Count == 0 ? null : _memory.Allocate(Statistics.Values.Length));

    private void Bind(StepGraph graph)
    {
        _batch.Add((graph.InputName, Value(Input, graph.InputDimensions)));
        _batch.Add((StepGraph.Targets, Value(Targets, [BatchSize, graph.Classes])));
        _batch.Add((DeviceStepGraph.Scalars, Value(_scalars, [_scalars.Length])));
        if (_scalesLoss)
            _batch.Add((StepGraph.LossScale, Value(_lossScale, [1])));
        _batch.AddRange(graph.Masks.Select((mask, i) => (mask.Name, Value(Masks[i], mask.Dimensions))));
        foreach (string name in (string[])[DeviceStepGraph.RateFactors, DeviceStepGraph.Decays])
        {
            if (_step.InputMetadata.ContainsKey(name))
                _settings.Add((name, Settings(name == DeviceStepGraph.RateFactors)));
        }

        for (int set = 0; set < _sets.Length; set++)
        {
            BindStep(_stepBindings[set], _sets[set], _sets[1 - set]);
            _forwardBindings[set].BindInput(DeviceStepGraph.Weights, _sets[set].Weights);
            if (_sets[set].Statistics is { } statistics)
                _forwardBindings[set].BindInput(DeviceStepGraph.Statistics, statistics);
        }
    }

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

    /// <summary>Asks for what every step brings back, in the order of <see cref="LossOutput"/> and the others.</summary>
    private void BindFetched(OrtIoBinding binding)
    {
        binding.BindOutputToDevice(StepGraph.Loss, _processor);
        binding.BindOutputToDevice(DeviceStepGraph.GradientNorm, _processor);
        binding.BindOutputToDevice(Graph.LogitsName, _processor);
    }

    private void BindStep(OrtIoBinding binding, DeviceWeights from, DeviceWeights to)
    {
        // The order in which outputs are first bound is that of their values.
        BindFetched(binding);
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

        foreach (var (name, value) in _settings)
            binding.BindInput(name, value);
    }
}
