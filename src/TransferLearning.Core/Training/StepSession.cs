using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// Runs a <see cref="StepGraph"/> over fixed buffers. Everything is bound once: a step allocates nothing and copies nothing, ONNX Runtime
/// reads the weights and writes the gradients where the optimizer works on them.
/// </summary>
/// <remarks>Not safe for use from several threads, but for <see cref="Cancel"/>.</remarks>
internal sealed class StepSession : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly InferenceSession _step;
    private readonly InferenceSession _forward;
    private readonly OrtIoBinding _stepBinding;
    private readonly OrtIoBinding _forwardBinding;
    private readonly RunOptions _runOptions;
    private readonly Memory<float> _loss = ParameterStore.Pinned(1);

    /// <param name="graph">The graphs.</param>
    /// <param name="parameters">Where weights and gradients are.</param>
    /// <param name="execution">Threads and execution provider.</param>
    public StepSession(StepGraph graph, ParameterStore parameters, ExecutionOptions execution)
    {
        Graph = graph;
        long batch = graph.InputDimensions[0];
        BatchSize = (int)batch;
        Input = ParameterStore.Pinned(Count(graph.InputDimensions));
        Targets = ParameterStore.Pinned(checked((int)batch * graph.Classes));
        Logits = ParameterStore.Pinned(Targets.Length);
        Masks = [.. graph.Masks.Select(mask => ParameterStore.Pinned(Count(mask.Dimensions)))];
        Statistics = new RunningStatistics(graph.Normalizations);
        try
        {
            _runOptions = Own(new RunOptions());
            _step = Own(OnnxSession.Open(graph.Step, execution, SessionMode.Latency, "training step"));
            _forward = Own(OnnxSession.Open(graph.Forward, execution, SessionMode.Latency, "validation"));
            _stepBinding = Own(_step.CreateIoBinding());
            _forwardBinding = Own(_forward.CreateIoBinding());
            Bind(graph, parameters);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The graphs that run.</summary>
    public StepGraph Graph { get; }

    /// <summary>The number of examples of a batch.</summary>
    public int BatchSize { get; }

    /// <summary>The activations of the batch, to be filled before a run.</summary>
    public Memory<float> Input { get; }

    /// <summary>The targets of the batch, row after row, to be filled before a step.</summary>
    public Memory<float> Targets { get; }

    /// <summary>The dropout masks, to be filled before a step.</summary>
    public IReadOnlyList<Memory<float>> Masks { get; }

    /// <summary>The logits of the last run, row after row.</summary>
    public Memory<float> Logits { get; }

    /// <summary>What BatchNormalization predicts with.</summary>
    public RunningStatistics Statistics { get; }

    /// <summary>Computes the loss, the logits and all gradients of the batch.</summary>
    /// <returns>The loss.</returns>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> was called.</exception>
    public float Step()
    {
        Run(_step, _stepBinding);
        return _loss.Span[0];
    }

    /// <summary>Computes the logits of the batch as the trained network will.</summary>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> was called.</exception>
    public void Forward() => Run(_forward, _forwardBinding);

    /// <summary>
    /// Ends the run that goes on, and all later ones, with an <see cref="OperationCanceledException"/>. May be called from any thread.
    /// </summary>
    public void Cancel() => _runOptions.Terminate = true;

    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--)
            _owned[i].Dispose();
        _owned.Clear();
    }

    private void Run(InferenceSession session, OrtIoBinding binding)
    {
        try
        {
            session.RunWithBinding(_runOptions, binding);
        }
        catch (OnnxRuntimeException) when (_runOptions.Terminate)
        {
            throw new OperationCanceledException();
        }
    }

    private void Bind(StepGraph graph, ParameterStore parameters)
    {
        var input = Value(Input, graph.InputDimensions);
        long[] matrix = [BatchSize, graph.Classes];
        _stepBinding.BindInput(graph.InputName, input);
        _forwardBinding.BindInput(graph.InputName, input);
        _stepBinding.BindInput(StepGraph.Targets, Value(Targets, matrix));
        _stepBinding.BindOutput(StepGraph.Loss, Value(_loss, []));
        var logits = Value(Logits, matrix);
        _stepBinding.BindOutput(graph.LogitsName, logits);
        _forwardBinding.BindOutput(graph.LogitsName, logits);
        for (int i = 0; i < Masks.Count; i++)
            _stepBinding.BindInput(graph.Masks[i].Name, Value(Masks[i], graph.Masks[i].Dimensions));
        for (int i = 0; i < parameters.Parameters.Count; i++)
        {
            var (name, dimensions) = (parameters.Parameters[i].Name, parameters.Parameters[i].Dimensions.ToArray());
            var weights = Value(parameters.Slice(parameters.Weights, i), dimensions);
            _stepBinding.BindInput(name, weights);
            _forwardBinding.BindInput(name, weights);
            _stepBinding.BindOutput(graph.Gradients[i], Value(parameters.Slice(parameters.Gradients, i), dimensions));
        }

        foreach (var statistic in Statistics.Items)
        {
            long[] dimensions = [statistic.Running.Length];
            _forwardBinding.BindInput(statistic.RunningName, Value(statistic.Running, dimensions));
            _stepBinding.BindOutput(statistic.BatchName, Value(statistic.Batch, dimensions));
        }
    }

    private OrtValue Value(Memory<float> memory, long[] dimensions) =>
        Own(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, dimensions));

    private static int Count(long[] dimensions) => checked((int)TensorShape.Count(dimensions));

    private T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }
}
