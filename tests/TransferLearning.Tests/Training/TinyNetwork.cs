using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Training;

/// <summary>
/// A convolutional network of a few hundred weights, and images of 6×6 that it can learn: a bright quarter on noise, the quarter being
/// the class. A step takes well under a millisecond.
/// </summary>
internal static class TinyNetwork
{
    public const int Classes = 4;
    public const int ImageLength = 3 * 6 * 6;

    /// <summary>input [N,3,6,6] → Conv, Relu ("cut") → Conv, Relu → Conv → pool → features [N,8]; weights are random.</summary>
    public static OnnxModel Backbone(int seed = 0)
    {
        var builder = new GraphBuilder(new GraphProto { Name = "tiny" }, "");
        builder.Input("input", TensorProto.Types.DataType.Float, null, 3, 6, 6);
        string x = Convolve(builder, "input", "first", 3, 6, stride: 1);
        x = builder.AddNamed("cut", "Relu", [x]);
        x = builder.Add("Relu", [Convolve(builder, x, "second", 6, 8, stride: 2)]);
        x = Convolve(builder, x, "third", 8, 8, stride: 1);
        x = builder.Add("GlobalAveragePool", [x]);
        builder.AddNamed("features", "Flatten", [x]);
        builder.Output("features", TensorProto.Types.DataType.Float, null, 8);
        return HeInitializer.Randomize(Model(builder), seed);
    }

    /// <summary>The backbone with a random head; everything behind "cut" is trained.</summary>
    public static TrainableNetwork Trainable(int seed = 0, double rateFactor = 1)
    {
        var model = HeInitializer.Randomize(
            Backbone(seed).WithHead("features", (graph, features) => graph.AddNamed(
                "logits",
                "Gemm",
                [
                features,
                graph.Initializer("head/weight", new float[Classes * 8], [Classes, 8]),
                graph.Initializer("head/bias", new float[Classes], [Classes]),
            ],
                GraphBuilder.Attribute("transB", 1L))),
            seed);
        var parameters = new[] { "second.weight", "second.bias", "third.weight", "third.bias", "head/weight", "head/bias" }
            .Select(name => model.Proto.Graph.Initializer.Single(tensor => tensor.Name == name))
            .Select(
                tensor =>
                    new Parameter(
                        tensor.Name,
                        [.. tensor.Dims],
                        tensor.Name.StartsWith("head", StringComparison.Ordinal) ? 1 : rateFactor,
                        tensor.Dims.Count > 1));
        return new TrainableNetwork(model, "cut", "logits", [.. parameters], TrainsNormalization: false, Dropout: false);
    }

    /// <summary>Images and their classes, in turn.</summary>
    public static (FeatureMatrix Images, int[] Labels) Images(int count, int seed, float noise = 0.5f)
    {
        var random = new SeededRandom(seed, RandomPurpose.Weights, 1);
        var images = new FeatureMatrix(count, ImageLength);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % Classes)];
        for (int i = 0; i < count; i++)
        {
            var row = images.RowForWriting(i);
            for (int p = 0; p < row.Length; p++)
            {
                int y = p / 6 % 6, x = p % 6;
                bool bright = (y >= 3 ? 2 : 0) + (x >= 3 ? 1 : 0) == labels[i];
                row[p] = (bright ? 1 : 0) + (noise * (float)random.NextGaussian());
            }
        }

        return (images, labels);
    }

    /// <summary>Images as activations at the cut.</summary>
    public static TrainingExamples Examples(int count, int seed, float noise = 0.5f)
    {
        var (images, labels) = Images(count, seed, noise);
        using var runner = new TrainablePartRunner(Backbone(), "input", "cut", count, ExecutionOptions.Default);
        return new TrainingExamples(runner.Run(new TrainingExamples(images, labels), CancellationToken.None), labels);
    }

    /// <summary>Options under which it learns in a moment.</summary>
    public static FineTuningOptions Options => new()
    {
        Epochs = 4,
        BatchSize = 8,
        LearningRate = 0.05,
        BackboneRate = 0.1,
        Optimizer = new SgdOptions(),
        LabelSmoothing = 0,
        Mixup = 0,
        Schedule = LearningRateSchedule.Cosine().WithWarmUp(),
        Execution = new ExecutionOptions { Threads = 1 },
    };

    /// <summary>A run of 128 steps with everything that a checkpoint has to hold, saved at every step.</summary>
    public static TrainingOptions LongRun(string? checkpointFolder) => Options with
    {
        Epochs = 16,
        LearningRate = 0.003,
        Optimizer = new AdamWOptions(),
        Mixup = 0.2,
        CutMix = 1,
        EarlyStopping = new EarlyStopping { Patience = 16 },
        CheckpointFolder = checkpointFolder,
        CheckpointEverySteps = 1,
    };

    /// <summary>A model of the given graph.</summary>
    public static OnnxModel Model(GraphBuilder builder)
    {
        var proto = new ModelProto { IrVersion = 10, Graph = builder.Graph };
        proto.OpsetImport.Add(new OperatorSetIdProto { Version = BackwardPass.Opset });
        return OnnxModel.Parse(new OnnxModel(proto).ToBytes());
    }

    /// <summary>All float weights, one after the other in the order of the file.</summary>
    public static float[] Weights(OnnxModel model) =>
        [
            .. model.Proto.Graph.Initializer.Where(tensor => tensor.DataType == (int)TensorProto.Types.DataType.Float)
                .SelectMany(tensor => model.ReadInitializer(tensor.Name)),
        ];

    private static string Convolve(GraphBuilder builder, string x, string name, int from, int to, int stride)
    {
        string weight = builder.Initializer(name + ".weight", new float[to * from * 9], [to, from, 3, 3]);
        string bias = builder.Initializer(name + ".bias", new float[to], [to]);
        return builder.Add(
            "Conv",
            [x, weight, bias],
            GraphBuilder.Attribute("kernel_shape", 3, 3),
            GraphBuilder.Attribute("pads", 1, 1, 1, 1),
            GraphBuilder.Attribute("strides", stride, stride));
    }
}
