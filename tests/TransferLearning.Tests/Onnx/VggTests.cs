using System.Text.RegularExpressions;
using TransferLearning.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Onnx;

/// <summary>The numbers that every textbook on transfer learning prints for VGG16.</summary>
public sealed class VggTests
{
    [Fact]
    public void The_whole_network_has_138_million_parameters_and_takes_no_memory_for_them()
    {
        var model = VggGraph.WithTopButNoWeights();
        Assert.Equal(138_357_544, model.ParameterCount);
        Assert.InRange(model.ToBytes().Length, 1, 20_000);
        Assert.Equal(
            [
                "block1_conv1", "block1_conv2", "block1_pool", "block2_conv1", "block2_conv2", "block2_pool",
                "block3_conv1", "block3_conv2", "block3_conv3", "block3_pool", "block4_conv1", "block4_conv2", "block4_conv3",
                "block4_pool", "block5_conv1", "block5_conv2", "block5_conv3", "block5_pool", "flatten", "fc1", "fc2", "predictions",
            ],
            model.Layers.Select(layer => layer.Name));
    }

    [Theory]
    [InlineData(FeaturePooling.Average, 512)]
    [InlineData(FeaturePooling.Max, 512)]
    [InlineData(FeaturePooling.Flatten, 25_088)]
    public void Without_top_all_dense_layers_are_gone(FeaturePooling pooling, int dimension)
    {
        var whole = VggGraph.WithTopButNoWeights(classes: 37);
        var head = whole.FindClassifierHead();
        Assert.Equal(("block5_pool", "predictions", "predictions/softmax", 25_088, 37),
            (head.FeatureTensor, head.LogitsTensor, head.ScoreTensor, head.InputFeatures, head.ClassCount));
        Assert.Equal(["flatten", "fc1", "fc1/relu", "fc2", "fc2/relu", "predictions", "predictions/softmax"], head.NodeNames);

        var backbone = whole.WithoutTop(pooling);
        Assert.Equal(14_714_688, backbone.ParameterCount);
        Assert.Equal([null, dimension], Assert.Single(backbone.Outputs).Dimensions);
        Assert.Equal(138_357_544 - 4_096_000 - 1000 + (4096 * 37) + 37, whole.ParameterCount);
    }

    [Fact]
    public void A_network_without_top_keeps_all_its_layers()
    {
        Assert.Equal(14_714_688, VggGraph.WithoutTopOrWeights().WithoutTop().ParameterCount);
        Assert.Throws<OnnxGraphException>(() => VggGraph.WithoutTopOrWeights().FindClassifierHead());
    }

    [Fact]
    public void Flattened_features_and_a_dense_layer_of_two_train_50_178_parameters()
    {
        var backbone = VggGraph.WithoutTop().WithoutTop(FeaturePooling.Flatten);
        var model = backbone.WithHead("features", (graph, features) => Dense(graph, features, 25_088, 2));
        var summary = model.Summarize(FreezePoint.All);
        Assert.Equal(14_764_866, summary.TotalParameters);
        Assert.Equal(50_178, summary.TrainableParameters);
        Assert.Equal(14_714_688, summary.NonTrainableParameters);

        var (weights, cut) = FreezePoint.All.Resolve(model);
        Assert.Equal("features", cut);
        Assert.Equal(2, weights.Count);
    }

    [Fact]
    public void A_head_with_batch_normalisation_trains_1_605_954_of_16_320_770()
    {
        var backbone = VggGraph.WithoutTopOrWeights().WithoutTop(FeaturePooling.Flatten);
        var model = backbone.WithHead("features", (graph, features) =>
        {
            string dense = graph.Add("Relu", [Dense(graph, features, 25_088, 64)]);
            string[] names = ["scale", "bias", "mean", "variance"];
            string[] parts = [.. names.Select(name => graph.Initializer(graph.Unique(name), new float[64], [64]))];
            return Dense(graph, graph.Add("BatchNormalization", [dense, .. parts]), 64, 2);
        });
        var summary = model.Summarize(FreezePoint.All);
        Assert.Equal((16_320_770, 1_605_954), (summary.TotalParameters, summary.TrainableParameters));
        Assert.Equal(["Dense", "BatchNormalization", "Dense"], summary.Rows.TakeLast(3).Select(row => row.Kind));
        Assert.Equal([1_605_696, 256, 130], summary.Rows.TakeLast(3).Select(row => row.Parameters));
    }

    [Fact]
    public void All_but_the_last_five_layers_frozen_7_079_424_parameters_train()
    {
        var backbone = VggGraph.WithoutTopOrWeights();
        Assert.Equal(7_079_424, backbone.Summarize(FreezePoint.LastLayers(5)).TrainableParameters);
        Assert.Equal(7_079_424, backbone.Summarize(FreezePoint.From("block4_pool")).TrainableParameters);

        var pooled = backbone.WithoutTop();
        Assert.Equal(7_079_424, pooled.Summarize(FreezePoint.LastLayers(5)).TrainableParameters);
        var model = pooled.WithHead("features", (graph, features) => Dense(graph, features, 512, 10));
        foreach (var freeze in new[] { FreezePoint.LastLayers(5), FreezePoint.From("block4_pool"), FreezePoint.From("block5_conv1") })
        {
            Assert.Equal(7_084_554, model.Summarize(freeze).TrainableParameters);
            var (weights, cut) = freeze.Resolve(model);
            Assert.Equal("block4_pool", cut);
            Assert.Equal(8, weights.Count);
        }
    }

    [Fact]
    public void The_summary_reads_as_in_keras()
    {
        var model = VggGraph.WithoutTopOrWeights().WithoutTop().WithHead("features", (graph, features) => Dense(graph, features, 512, 10));
        string[] lines = model.Summarize(FreezePoint.LastLayers(5)).ToString().Split('\n');
        Assert.Equal("Model: \"vgg16\"", lines[0]);
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^ input_1 \(InputLayer\) +\(None, 3, 224, 224\) +0  -$"));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^ block5_conv3 \(Conv2D\) +\(None, 512, 14, 14\) +2,359,808  yes$"));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^ block4_conv3 \(Conv2D\) +\(None, 512, 28, 28\) +2,359,808  no$"));
        Assert.Contains(lines, line => Regex.IsMatch(line, @"^ top/GlobalAveragePool \(GlobalAveragePooling2D\) +\(None, 512\) +0  -$"));
        Assert.Contains("Total params: 14,719,818 (56.15 MB)", lines);
        Assert.Contains("Trainable params: 7,084,554 (27.03 MB)", lines);
        Assert.Contains("Non-trainable params: 7,635,264 (29.13 MB)", lines);
    }

    [Fact]
    public void Surgery_shares_the_weights()
    {
        var backbone = VggGraph.WithoutTop();
        long before = GC.GetAllocatedBytesForCurrentThread();
        var model = backbone.WithoutTop()
            .WithHead("features", (graph, features) => Dense(graph, features, 512, 10))
            .WithMetadata([new("a", "b")]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
        Assert.Equal(14_719_818, model.ParameterCount);
    }

    private static string Dense(GraphBuilder graph, string input, int inputs, int outputs)
    {
        string weight = graph.Initializer(graph.Unique("weight"), new float[inputs * outputs], [outputs, inputs]);
        string bias = graph.Initializer(graph.Unique("bias"), new float[outputs], [outputs]);
        return graph.Add("Gemm", [input, weight, bias], GraphBuilder.Attribute("transB", 1));
    }
}
