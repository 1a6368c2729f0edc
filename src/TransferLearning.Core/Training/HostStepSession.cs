using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>
/// Steps with weights in the memory of the process. Everything is bound once: a step allocates nothing and copies nothing, ONNX Runtime
/// reads the weights and writes the gradients where the optimizer works on them.
/// </summary>
internal sealed class HostStepSession : StepSession
{
    private readonly TrainingOptions _options;
    private readonly ParameterStore _parameters;
    private readonly Optimizer _optimizer;
    private readonly InferenceSession _step;
    private readonly InferenceSession _forward;
    private readonly OrtIoBinding _stepBinding;
    private readonly OrtIoBinding _forwardBinding;
    private readonly Memory<float> _loss = ParameterStore.Pinned(1);
    private (double LearningRate, long Number, double GradientNorm) _computed;

    /// <param name="graph">The graphs.</param>
    /// <param name="parameters">Where weights, gradients and slots are.</param>
    /// <param name="options">The optimizer, what clips gradients, and the threads.</param>
    public HostStepSession(StepGraph graph, ParameterStore parameters, TrainingOptions options)
        : base(graph, writesAhead: false)
    {
        _options = options;
        _parameters = parameters;
        _optimizer = options.Optimizer.Create();
        try
        {
            _step = Own(OnnxSession.Open(graph.Step, options.Execution, SessionMode.Training, "training step"));
            _forward = Own(OnnxSession.Open(graph.Forward, options.Execution, SessionMode.Training, "validation"));
            _stepBinding = Own(_step.CreateIoBinding());
            _forwardBinding = Own(_forward.CreateIoBinding());
            Bind(graph);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override StepMeasure Compute(double learningRate, long step)
    {
        Run(_step, _stepBinding);
        double norm = _parameters.GradientNorm();
        _computed = (learningRate, step, norm);
        return new StepMeasure(_loss.Span[0], norm);
    }

    /// <inheritdoc/>
    public override void Adopt()
    {
        var (rate, number, norm) = _computed;
        if (_options.AdaptiveClipping is { } share)
        {
            AdaptiveClipping.Apply(_parameters, share);
            norm = _options.GradientClipping is null ? norm : _parameters.GradientNorm();
        }

        float scale = _options.GradientClipping is { } limit && norm > limit ? (float)(limit / norm) : 1;
        _optimizer.Update(_parameters, rate, scale, number);
        Statistics.Follow();
    }

    /// <inheritdoc/>
    public override void Forward() => Run(_forward, _forwardBinding);

    private void Bind(StepGraph graph)
    {
        var input = Value(Batch.Input, graph.InputDimensions);
        long[] matrix = [BatchSize, graph.Classes];
        _stepBinding.BindInput(graph.InputName, input);
        _forwardBinding.BindInput(graph.InputName, input);
        _stepBinding.BindInput(StepGraph.Targets, Value(Batch.Targets, matrix));
        _stepBinding.BindOutput(StepGraph.Loss, Value(_loss, []));
        var logits = Value(Logits, matrix);
        _stepBinding.BindOutput(graph.LogitsName, logits);
        _forwardBinding.BindOutput(graph.LogitsName, logits);
        for (int i = 0; i < graph.Masks.Count; i++)
            _stepBinding.BindInput(graph.Masks[i].Name, Value(Batch.Masks[i], graph.Masks[i].Dimensions));
        for (int i = 0; i < _parameters.Parameters.Count; i++)
        {
            var (name, dimensions) = (_parameters.Parameters[i].Name, _parameters.Parameters[i].Dimensions.ToArray());
            var weights = Value(_parameters.Slice(_parameters.Weights, i), dimensions);
            _stepBinding.BindInput(name, weights);
            _forwardBinding.BindInput(name, weights);
            _stepBinding.BindOutput(graph.Gradients[i], Value(_parameters.Slice(_parameters.Gradients, i), dimensions));
        }

        foreach (var statistic in Statistics.Items)
        {
            long[] dimensions = [statistic.Running.Length];
            _forwardBinding.BindInput(statistic.RunningName, Value(statistic.Running, dimensions));
            _stepBinding.BindOutput(statistic.BatchName, Value(statistic.Batch, dimensions));
        }
    }
}
