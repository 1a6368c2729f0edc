using System.Text.Json;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Gradients;

/// <summary>
/// Whole networks: the loss and the gradient of every weight of a training step, against PyTorch's in double precision (models/torch)
/// and, for one network per operator (models/operators), against central differences in double precision.
/// </summary>
public sealed class NetworkGradientTests
{
    private const int Batch = 4;

    /// <summary>All networks of a folder; one row that is skipped where the data is absent.</summary>
    public static TheoryData<string> Networks(string folder)
    {
        string path = Path.Combine(TestData.Root, "models", folder);
        return Directory.Exists(path)
            ? [.. Directory.GetFiles(path, "*.onnx").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
            : [folder];
    }

    [Theory]
    [MemberData(nameof(Networks), "torch")]
    public void Loss_and_gradients_are_those_of_PyTorch(string name)
    {
        string path = TestData.Require($"models/torch/{name}.onnx");
        using var json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(path, ".json")));
        var reference = json.RootElement;
        byte[] bytes = File.ReadAllBytes(Path.ChangeExtension(path, ".bin"));
        var expected = reference.GetProperty("gradients").EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => Numbers(bytes, entry.Value));
        float[] input = Numbers(bytes, reference.GetProperty("input_data"));
        int[] labels = [.. reference.GetProperty("targets").EnumerateArray().Select(label => label.GetInt32())];

        var (loss, gradients) = Step(path, [.. expected.Keys], input, labels);

        Assert.Equal(reference.GetProperty("loss").GetDouble(), loss, 1e-5);
        double norm = Math.Sqrt(expected.Values.Sum(SquaredNorm)), error = 0;
        foreach (var (weight, gradient) in expected)
        {
            double own = gradient.Zip(gradients[weight], (a, b) => (double)(a - b) * (a - b)).Sum();
            error += own;
            Assert.True(
                Math.Sqrt(own) <= 1e-3 * Math.Max(Math.Sqrt(SquaredNorm(gradient)), 1e-3 * norm),
                $"'{weight}': off by {Math.Sqrt(own):g3} of {Math.Sqrt(SquaredNorm(gradient)):g3}");
        }

        double relative = Math.Sqrt(error) / norm;
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{name}: total relative error {relative:e1}, PyTorch's own in single precision "
            + $"{reference.GetProperty("float32_error").GetDouble():e1}");
        Assert.True(relative <= 1e-4, $"total relative error {relative:e2}");
    }

    [Theory]
    [MemberData(nameof(Networks), "operators")]
    public void Gradients_through_each_operator_are_central_differences(string name)
    {
        string path = TestData.Require($"models/operators/{name}.onnx");
        var model = OnnxModel.Load(path).WithSinglePrecision().WithFreeBatch();
        string[] weights = [.. model.Proto.Graph.Initializer
            .Where(tensor => TensorContent.IsFloating((OnnxElementType)tensor.DataType)
                && tensor.Dims.Count > 0 && !IsReadAs(model.Proto.Graph, tensor.Name, "BatchNormalization", 3, 4)
                && !IsReadAs(model.Proto.Graph, tensor.Name, "Resize", 1, 2))
            .Select(tensor => tensor.Name)];
        var random = new Random(7);
        var images = ReferenceTensor.Random(random, [Batch, .. model.Inputs[0].Dimensions.Skip(1).Select(size => size!.Value)]);
        int[] labels = [0, 3, 1, 4];

        var (loss, gradients) = Step(path, weights, images.ToSingle(), labels);

        var shapes = new Dictionary<string, long[]>(ShapeInference.Infer(model, Batch));
        var upgraded = OpsetUpgrade.Apply(model, shapes).Proto.Graph;
        var values = upgraded.Initializer.ToDictionary(tensor => tensor.Name, ReferenceTensor.Of);
        values[model.Inputs[0].Name] = images;
        Assert.Equal(Loss(upgraded, values, labels), loss, 1e-5);
        double total = Math.Sqrt(gradients.Values.Sum(SquaredNorm));
        foreach (string weight in weights)
        {
            Assert.Contains(gradients[weight], value => value != 0);
            double norm = Math.Sqrt(SquaredNorm(gradients[weight]));
            double spread = 1 / Math.Sqrt(gradients[weight].Length);
            double[] direction = [.. gradients[weight].Select(g => (g / norm) + ((random.NextDouble() - 0.5) * spread))];
            double along = direction.Zip(gradients[weight], (d, g) => d * g).Sum();
            const double step = 1e-5;
            double difference = (Moved(weight, direction, step) - Moved(weight, direction, -step)) / (2 * step);
            Assert.True(
                Math.Abs(along - difference) <= 1e-4 * Math.Max(norm, 1e-2 * total), $"'{weight}': {along:g9} instead of {difference:g9}");
        }

        double Moved(string weight, double[] direction, double step)
        {
            var moved = values[weight] with { Data = [.. values[weight].Data.Zip(direction, (v, d) => v + (step * d))] };
            return Loss(upgraded, new Dictionary<string, ReferenceTensor>(values) { [weight] = moved }, labels);
        }
    }

    /// <summary>Runs the step that training would run, on the whole network.</summary>
    private static (double Loss, IReadOnlyDictionary<string, float[]> Gradients) Step(
        string path, string[] weights, float[] input, int[] labels)
    {
        var model = OnnxModel.Load(path).WithSinglePrecision().WithFreeBatch();
        var parameters = weights
            .Select(weight => new Parameter(weight, model.Index.Constants[weight].Dimensions, RateFactor: 1, Decays: false)).ToArray();
        var network = new TrainableNetwork(
            model, model.Inputs[0].Name, model.Outputs[0].Name, parameters, TrainsNormalization: false, Dropout: false);
        var step = StepGraph.Build(network, Batch);
        var values = parameters.ToDictionary(
            parameter => parameter.Name,
            parameter => Tensor([.. parameter.Dimensions], model.ReadInitializer(parameter.Name)));
        values[step.InputName] = Tensor(step.InputDimensions, input);
        float[] targets = new float[Batch * step.Classes];
        for (int i = 0; i < Batch; i++)
            targets[(i * step.Classes) + labels[i]] = 1f / Batch;
        values[StepGraph.Targets] = Tensor([Batch, step.Classes], targets);
        float[][] results = OnnxRuntimeRunner.Run(
            step.Step.Proto.Graph, values, [StepGraph.Loss, .. step.Gradients], out _, step.Step.OpsetVersion);
        return (results[0][0], weights.Zip(results.Skip(1)).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    private static double Loss(GraphProto graph, Dictionary<string, ReferenceTensor> values, int[] labels)
    {
        var computed = new Dictionary<string, ReferenceTensor>(values);
        ReferenceInterpreter.Run(graph.Node, computed);
        var logits = ReferenceNormalization.Softmax(computed[graph.Output[0].Name], 1, log: true);
        return -labels.Select((label, i) => logits.Data[(i * logits.Shape[1]) + label]).Average();
    }

    private static bool IsReadAs(GraphProto graph, string tensor, string operatorType, params int[] positions) =>
        graph.Node.Any(node => node.OpType == operatorType && positions.Any(position => node.InputOrEmpty(position) == tensor));

    private static ReferenceTensor Tensor(long[] shape, float[] data) => new(shape, [.. data.Select(value => (double)value)]);

    private static double SquaredNorm(float[] values) => values.Sum(value => (double)value * value);

    private static float[] Numbers(byte[] bytes, JsonElement entry)
    {
        int offset = entry.GetProperty("offset").GetInt32(), count = entry.GetProperty("count").GetInt32();
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).Slice(offset, count).ToArray();
    }
}
