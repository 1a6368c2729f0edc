using System.Runtime.ExceptionServices;
using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>What a step computed, before any weight changes.</summary>
/// <param name="Loss">The loss of the batch.</param>
/// <param name="GradientNorm">The Euclidean length of all gradients together; not finite where one of them is not.</param>
internal readonly record struct StepMeasure(float Loss, double GradientNorm);

/// <summary>
/// Runs a <see cref="StepGraph"/>: a batch is written into its buffers, <see cref="Compute"/> finds loss and gradients,
/// <see cref="Adopt"/> changes the weights. Where weights are is the business of the two kinds: <see cref="HostStepSession"/> and
/// <see cref="DeviceStepSession"/>.
/// </summary>
/// <remarks>Not safe for use from several threads, but for <see cref="Cancel"/>.</remarks>
internal abstract class StepSession : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly RunOptions _runOptions;
    private readonly BatchBuffers[] _batches;

    /// <param name="graph">The graphs.</param>
    /// <param name="writesAhead">Whether the next batch is written while a step is computed.</param>
    protected StepSession(StepGraph graph, bool writesAhead)
    {
        Graph = graph;
        BatchSize = (int)graph.InputDimensions[0];
        _batches = [.. Enumerable.Range(0, writesAhead ? 2 : 1).Select(_ => new BatchBuffers(graph))];
        Logits = ParameterStore.Pinned(Batch.Targets.Length);
        Statistics = new RunningStatistics(graph.Normalizations);
        _runOptions = Own(new RunOptions());
    }

    /// <summary>The graphs that run.</summary>
    public StepGraph Graph { get; }

    /// <summary>The number of examples of a batch.</summary>
    public int BatchSize { get; }

    /// <summary>The batch that the next run reads, to be filled before.</summary>
    public BatchBuffers Batch => _batches[Turn];

    /// <summary>What may be filled with the next batch while a step is computed; null where nothing is gained by that.</summary>
    public BatchBuffers? NextBatch => _batches.Length > 1 ? _batches[1 - Turn] : null;

    /// <summary>The logits of the last run, row after row.</summary>
    public Memory<float> Logits { get; }

    /// <summary>What BatchNormalization predicts with.</summary>
    public RunningStatistics Statistics { get; }

    /// <summary>Which of the batches is <see cref="Batch"/>.</summary>
    protected int Turn { get; private set; }

    /// <summary>Lets <see cref="Batch"/> and <see cref="NextBatch"/> change places.</summary>
    public void TakeNextBatch() => Turn = 1 - Turn;

    /// <summary>
    /// Brings <see cref="NextBatch"/>, which has been filled, to where its step will read it. May run while a step is computed.
    /// </summary>
    public virtual void SendNextBatch()
    {
    }

    /// <summary>Computes the loss, the logits and all gradients of the batch; the weights stay as they are.</summary>
    /// <param name="learningRate">The learning rate of the step, before the factors of single layers.</param>
    /// <param name="step">The number of the step, from 1.</param>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> was called.</exception>
    public abstract StepMeasure Compute(double learningRate, long step);

    /// <summary>
    /// Computes like <see cref="Compute"/>, and does something else on another thread meanwhile; both have ended after it.
    /// </summary>
    public StepMeasure ComputeWhile(double learningRate, long step, Action meanwhile)
    {
        var measure = default(StepMeasure);
        try
        {
            Parallel.Invoke(() => measure = Compute(learningRate, step), meanwhile);
        }
        catch (AggregateException error)
        {
            // Callers know what each of both throws.
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }

        return measure;
    }

    /// <summary>Changes weights, slots and running statistics by the step that was computed last.</summary>
    public abstract void Adopt();

    /// <summary>Computes the logits of the batch as the trained network will.</summary>
    /// <exception cref="OperationCanceledException"><see cref="Cancel"/> was called.</exception>
    public abstract void Forward();

    /// <summary>Brings weights, slots and statistics of the session into the memory of the process.</summary>
    public virtual void Fetch()
    {
    }

    /// <summary>Brings weights, slots and statistics from the memory of the process into the session.</summary>
    public virtual void Send()
    {
    }

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

    /// <summary>Runs a session over what is bound.</summary>
    protected virtual void Run(InferenceSession session, OrtIoBinding binding)
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

    /// <summary>Memory of the process as a tensor.</summary>
    protected OrtValue Value(Memory<float> memory, long[] dimensions) =>
        Own(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, dimensions));

    /// <summary>Disposes a resource with the session, the last one first.</summary>
    protected T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Add(resource);
        return resource;
    }
}
