using System.Numerics.Tensors;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Heads;

public sealed class MlpHeadTests
{
    private static readonly MlpHeadOptions Options = new()
    {
        Epochs = 60, LearningRate = 0.01, Units = 16, Dropout = 0.1, Execution = new ExecutionOptions { Threads = 1 },
    };

    [Fact]
    public void It_learns_what_no_linear_head_can()
    {
        var (features, labels) = ExclusiveOr(200, 1);
        var (test, testLabels) = ExclusiveOr(200, 2);
        var linear = LinearHead.Fit(features, labels, 2);
        var head = MlpHead.Fit(features, labels, 2, null, null, Options);

        Assert.InRange(Accuracy(linear.Probabilities(test), testLabels), 0.3, 0.7);
        Assert.InRange(Accuracy(head.Probabilities(test), testLabels), 0.95, 1);
    }

    [Fact]
    public void Probabilities_are_those_that_validation_measured()
    {
        var (features, labels) = ExclusiveOr(100, 1);
        var (test, testLabels) = ExclusiveOr(100, 2);
        var head = MlpHead.Fit(features, labels, 2, test, testLabels, Options with { Epochs = 10 });
        var probabilities = head.Probabilities(test);

        double loss = Enumerable.Range(0, 100).Average(i => -Math.Log(probabilities[i][testLabels[i]]));
        Assert.Equal(head.History[^1].ValidationLoss!.Value, loss, 1e-4);
        Assert.Equal(head.History[^1].ValidationAccuracy!.Value, Accuracy(probabilities, testLabels));
    }

    [Fact]
    public void The_exported_graph_is_two_dense_layers_that_give_the_same_probabilities()
    {
        var (features, labels) = ExclusiveOr(100, 1);
        var head = MlpHead.Fit(features, labels, 2, null, null, Options with { Epochs = 10 });
        var builder = new GraphBuilder(new GraphProto { Name = "head" }, "head/");
        builder.Input("features", TensorProto.Types.DataType.Float, null, 3);
        string logits = head.AppendTo(builder, "features");
        builder.Output(logits, TensorProto.Types.DataType.Float, null, 2);
        var proto = new ModelProto { IrVersion = 8, Graph = builder.Graph };
        proto.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });

        using var runner = new TrainablePartRunner(new OnnxModel(proto), "features", logits, 25, ExecutionOptions.Default);
        var scores = runner.Run(new TrainingExamples(features, labels), CancellationToken.None);
        var expected = head.Probabilities(features);

        Assert.Equal(["Gemm", "Relu", "Gemm"], builder.Graph.Node.Select(node => node.OpType));
        for (int i = 0; i < 100; i++)
        {
            float[] probabilities = new float[2];
            TensorPrimitives.SoftMax(scores[i], probabilities);
            Assert.Equal(expected[i][0], probabilities[0], 1e-5);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_head()
    {
        var (features, labels) = ExclusiveOr(50, 1);
        float[] first = Fit(0);
        Assert.Equal(first, Fit(0));
        Assert.NotEqual(first, Fit(1));

        float[] Fit(int seed) =>
            MlpHead.Fit(features, labels, 2, null, null, Options with { Epochs = 2, Seed = seed }).Probabilities(features).Values.ToArray();
    }

    [Fact]
    public void Features_of_another_size_are_refused()
    {
        var (features, labels) = ExclusiveOr(20, 1);
        var head = MlpHead.Fit(features, labels, 2, null, null, Options with { Epochs = 1 });
        Assert.Throws<ArgumentException>(() => head.Probabilities(new FeatureMatrix(1, 4)));
    }

    [Fact]
    public async Task Cats_and_dogs_are_told_apart_on_features_of_a_real_network()
    {
        var dataset = ImageDataset.FromFolder(TestData.Require("datasets/dogs_vs_cats"));
        var backbone = Backbone.FromFile(TestData.Require("models/mobilenetv2-1.0-224.onnx"));
        var network = (await backbone.LoadAsync()).WithoutTop();
        using var extractor = new FeatureExtractor(network, backbone.Preprocessing);
        var train = await extractor.ExtractAsync(dataset.Train.Paths);
        var validation = await extractor.ExtractAsync(dataset.Validation.Paths);
        int[] labels = [.. dataset.Train.Select(image => image.Label)];
        int[] validationLabels = [.. dataset.Validation.Select(image => image.Label)];

        var head = MlpHead.Fit(train, labels, 2, validation, validationLabels, new MlpHeadOptions());
        Assert.InRange(Accuracy(head.Probabilities(validation), validationLabels), 0.97, 1);
    }

    /// <summary>Two classes by whether two coordinates have the same sign; a third one, of another scale, says nothing.</summary>
    private static (FeatureMatrix Features, int[] Labels) ExclusiveOr(int rows, int seed)
    {
        var random = new Random(seed);
        var features = new FeatureMatrix(rows, 3);
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++)
        {
            bool a = random.Next(2) == 0, b = random.Next(2) == 0;
            labels[i] = a == b ? 1 : 0;
            var row = features.RowForWriting(i);
            row[0] = 100 + (a ? 3 : -3) + random.NextSingle();
            row[1] = (b ? 0.3f : -0.3f) + (0.1f * random.NextSingle());
            row[2] = 50 * random.NextSingle();
        }

        return (features, labels);
    }

    private static double Accuracy(FeatureMatrix probabilities, int[] labels) =>
        labels.Select((label, i) => TensorPrimitives.IndexOfMax(probabilities[i]) == label ? 1.0 : 0).Average();
}
