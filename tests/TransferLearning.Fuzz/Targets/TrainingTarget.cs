using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;

namespace TransferLearning.Fuzz;

/// <summary>
/// Networks whose shapes, axes, indices and limits are computed: the values are folded, a training step is written and run, and an
/// explanation prepared.
/// </summary>
internal sealed class TrainingTarget : FuzzTarget
{
    private const int Batch = 2;
    private const long MostElements = 1 << 22;

    private static readonly ExecutionOptions OneThread = new() { Threads = 1 };

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
        [.. TensorMutations.All, .. TensorMutations.All, .. ByteMutations.All, .. ProtobufMutations.All];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() => TrainingSeeds.All();

    /// <inheritdoc/>
    public override string Run(byte[] input)
    {
        var model = OnnxModel.Parse(input).WithSinglePrecision().WithFreeBatch();
        var shapes = ShapeInference.Infer(model, Batch);
        if (shapes.Values.Any(shape => shape.Aggregate(1.0, (count, size) => count * size) > MostElements))
            return "large";
        int folded = ShapeFolding.Apply(model, shapes).Proto.Graph.Node.Count;
        return $"{folded} nodes; {Try(() => Explain(model))}; {Try(() => Train(model))}";
    }

    /// <inheritdoc/>
    public override bool IsDocumented(Exception error) => error is OnnxGraphException;

    /// <inheritdoc/>
    public override byte[]? Without(byte[] input, int part) => ProtobufMutations.Without(input, part);

    private static string Explain(OnnxModel model) => $"explained {GradCamGraph.Build(model).Width} wide";

    /// <summary>One step of the whole network on zeros.</summary>
    private static string Train(OnnxModel model)
    {
        Parameter[] parameters = [.. model.Index.Weights
            .Where(weight => weight.ElementType == OnnxElementType.Float && weight.Count <= MostElements)
            .Select(weight => new Parameter(weight.Name, weight.Dimensions, 1, Decays: false))];
        var obstacles = new TrainingObstacles();
        var network = new TrainableNetwork(
            model, model.Inputs[0].Name, model.Outputs[0].Name, parameters, TrainsNormalization: false, Dropout: false);
        var step = StepGraph.Build(network, Batch, obstacles: obstacles);
        var inputs = new Dictionary<string, OrtValue>();
        try
        {
            using var session = OnnxSession.Open(step.Step, OneThread, SessionMode.Latency, "step");
            foreach (var (name, metadata) in session.InputMetadata)
            {
                long[] shape = Array.ConvertAll(metadata.Dimensions, size => (long)size);
                float[] numbers = new float[TensorShape.Count(shape)];
                Array.Fill(numbers, 0.5f);
                inputs[name] = OrtValue.CreateTensorValueFromMemory(numbers, shape);
            }

            using var options = new RunOptions();
            using var results = session.Run(options, inputs, [StepGraph.Loss]);
            return $"{obstacles.Nodes.Count} obstacles; {parameters.Length} weights";
        }
        catch (OnnxRuntimeException error)
        {
            return Execution.MessageShape(error.Message[..Math.Min(40, error.Message.Length)]);
        }
        finally
        {
            foreach (var value in inputs.Values)
                value.Dispose();
        }
    }

    private static string Try(Func<string> run)
    {
        try
        {
            return run();
        }
        catch (OnnxGraphException error)
        {
            string shape = Execution.MessageShape(error.Message);
            return "no: " + shape[..Math.Min(shape.Length, 60)];
        }
    }
}
