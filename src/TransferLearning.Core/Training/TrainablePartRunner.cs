using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>Runs the part of a network behind the cut on cached activations, as it predicts.</summary>
/// <remarks>Not safe for use from several threads.</remarks>
internal sealed class TrainablePartRunner : IDisposable
{
    /// <summary>A batch that fills a few cores.</summary>
    public const int BatchSize = 32;

    private readonly string _cut;
    private readonly string _output;
    private readonly long[] _dimensions;
    private readonly Memory<float> _input;
    private readonly OnnxSession _session;
    private readonly OrtValue _inputValue;

    /// <exception cref="OnnxGraphException">The network cannot be cut there.</exception>
    public TrainablePartRunner(OnnxModel model, string cut, string output, int batchSize, ExecutionOptions execution)
    {
        _cut = cut;
        _output = output;
        var shapes = ShapeInference.Infer(model, batchSize);
        if (!shapes.TryGetValue(cut, out long[]? dimensions))
            throw new OnnxGraphException($"The network has no tensor '{cut}' of known shape.");
        _dimensions = dimensions;
        _input = ParameterStore.Pinned(checked((int)TensorShape.Count(dimensions)));
        _session = OnnxSession.Create(TrainablePart.Extract(model, shapes, cut, output), execution, SessionMode.Latency, "trained part");
        _inputValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, _input, dimensions);
    }

    /// <summary>The outputs for the first view of each example, a row each.</summary>
    public FeatureMatrix Run(TrainingExamples examples, CancellationToken cancellationToken)
    {
        if (examples.Length * _dimensions[0] != _input.Length)
        {
            throw new ArgumentException(
                $"The examples have {examples.Length} numbers each, but the network takes " +
                $"[{string.Join(", ", _dimensions.Skip(1))}] at '{_cut}'.");
        }

        FeatureMatrix? rows = null;
        using var lease = _session.Enter();
        int batch = (int)_dimensions[0];
        for (int first = 0; first < examples.Count; first += batch)
        {
            int real = Math.Min(batch, examples.Count - first);
            for (int i = 0; i < real; i++)
                examples[first + i].CopyTo(_input.Span[(i * examples.Length)..]);
            using var outputs = lease.Run(_cut, _inputValue, _output, cancellationToken);
            var values = outputs[0].GetTensorDataAsSpan<float>();
            int columns = values.Length / batch;
            rows ??= new FeatureMatrix(examples.Count, columns);
            for (int i = 0; i < real; i++)
                values.Slice(i * columns, columns).CopyTo(rows.RowForWriting(first + i));
        }

        return rows ?? throw new ArgumentException("There are no examples.", nameof(examples));
    }

    public void Dispose()
    {
        _inputValue.Dispose();
        _session.Dispose();
    }
}
