using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Onnx;

/// <summary>One contract for every network at hand: what the rest of the library relies on holds for each graph.</summary>
public sealed class RealGraphsTests
{
    // file, images' side, parameters, layer that the features come from, its maps, its side, classes
    public static TheoryData<string, int, long, string, int, int, int> Graphs => new()
    {
        { "mobilenetv2-1.0-224", 224, 3_487_816, "conv_51/relu6", 1280, 7, 1000 },
        { "squeezenet1.1-227", 227, 1_235_496, "fire9/concat", 512, 14, 1000 },
        { "tinyres-96", 96, 1_446_312, "final.relu", 512, 6, 200 },
        { "light/light_bvlc_alexnet", 224, 60_965_224, "r14", 256, 6, 1000 },
        { "light/light_densenet121", 224, 8_146_152, "r907", 1024, 7, 1000 },
        { "light/light_inception_v1", 224, 6_998_552, "r137", 1024, 6, 1000 },
        { "light/light_inception_v2", 224, 11_234_792, "r504", 1024, 7, 1000 },
        { "light/light_resnet50", 224, 25_610_152, "r171", 2048, 7, 1000 },
        { "light/light_shufflenet", 224, 1_420_152, "r198", 544, 7, 1000 },
        { "light/light_squeezenet", 224, 1_235_496, "r60", 512, 13, 1000 },
        { "light/light_vgg19", 224, 143_667_240, "r36", 512, 7, 1000 },
        { "light/light_zfnet512", 224, 87_250_536, "r14", 512, 6, 1000 },
    };

    public static TheoryData<string> LightGraphs =>
        [.. Graphs.Select(row => row.Data.Item1).Where(name => name.StartsWith("light/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Every_graph_is_understood(string file, int side, long parameters, string features, int maps, int mapSide, int classes)
    {
        var model = Load(file);
        Assert.Equal([3, side, side], Assert.Single(model.Inputs).Dimensions.Skip(1));
        Assert.Equal(parameters, model.ParameterCount);

        var freed = model.WithFreeBatch();
        Assert.Null(freed.Inputs[0].Dimensions[0]);
        Assert.Null(freed.Outputs[0].Dimensions[0]);

        var summary = freed.Summarize();
        Assert.Equal(parameters, summary.TotalParameters);
        Assert.Contains($"Total params: {FormattableString.Invariant($"{parameters:N0}")}", summary.ToString(), StringComparison.Ordinal);
        Assert.All(summary.Rows, row => Assert.NotEmpty(row.OutputShape));
        Assert.All(summary.Rows, row => Assert.Null(row.OutputShape[0]));

        var head = freed.FindClassifierHead();
        Assert.Equal(features, head.FeatureTensor);
        Assert.Equal(classes, head.ClassCount);
        Assert.Equal([null, maps, mapSide, mapSide], freed.TensorInfo(features)!.Dimensions);
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Features_of_every_graph_have_the_right_size_under_each_pooling(
        string file, int side, long parameters, string features, int maps, int mapSide, int classes)
    {
        var freed = RandomWeights.Fill(Load(file).WithFreeBatch().WithoutTop(FeaturePooling.Flatten), seed: 1).CutAt(features);
        Assert.True(freed.ParameterCount < parameters - (classes * maps));
        float[] image = OnnxRun.Noise(seed: 2, 3L * side * side);
        int positions = mapSide * mapSide;
        float[] raw = [];
        foreach (var pooling in new[] { FeaturePooling.Flatten, FeaturePooling.Average, FeaturePooling.Max })
        {
            var backbone = freed.WithoutTop(pooling);
            int dimension = pooling == FeaturePooling.Flatten ? maps * positions : maps;
            var output = Assert.Single(backbone.Outputs);
            Assert.Equal(("features", OnnxElementType.Float), (output.Name, output.ElementType));
            Assert.Equal([null, dimension], output.Dimensions);

            var (values, shape) = OnnxRun.Run(backbone, image, 1, 3, side, side);
            Assert.Equal([1, dimension], shape);
            if (pooling == FeaturePooling.Flatten)
                raw = values;
            float[] expected = pooling switch
            {
                FeaturePooling.Average => [.. raw.Chunk(positions).Select(map => map.Average())],
                FeaturePooling.Max => [.. raw.Chunk(positions).Select(map => map.Max())],
                _ => raw,
            };
            OnnxRun.AssertClose(expected, values, 1e-5);
        }
    }

    /// <summary>Without VGG-19 and ZFNet: their structure is AlexNet's, and they take as long as all others together.</summary>
    public static TheoryData<string> LightGraphsButTheSlowest =>
        [.. LightGraphs.Select(row => row.Data).Where(name => name is not ("light/light_vgg19" or "light/light_zfnet512"))];

    [Theory]
    [MemberData(nameof(LightGraphsButTheSlowest))]
    public void A_freed_batch_of_three_gives_the_rows_of_three_single_runs(string file)
    {
        // The largest weights stay constant, so the classes come out alike; their scores before Softmax still depend on the image.
        var single = RandomWeights.Fill(Load(file), seed: 3, largest: 1_000_000);
        single = single.CutAt(single.FindClassifierHead().LogitsTensor);
        var freed = single.WithFreeBatch();

        float[][] images = [.. Enumerable.Range(0, 3).Select(i => OnnxRun.Noise(seed: 10 + i, 3L * 224 * 224))];
        float[][] rows = [.. OnnxRun.RunEach(single, images, 1, 3, 224, 224).Select(result => result.Values)];
        var (values, shape) = OnnxRun.Run(freed, [.. images.SelectMany(image => image)], 3, 3, 224, 224);
        Assert.Equal(3, shape[0]);
        OnnxRun.AssertClose(rows.SelectMany(row => row).ToArray(), values, 1e-5);
        Assert.NotEqual(rows[0], rows[1]);
    }

    [Theory]
    [MemberData(nameof(LightGraphs))]
    public void Published_outputs_are_reproduced_after_loading_freeing_and_saving(string file)
    {
        // The publisher ran each network on the numbers 0/n, 1/n … (n−1)/n.
        float[] ramp = [.. Enumerable.Range(0, 3 * 224 * 224).Select(i => (float)(i / (3.0 * 224 * 224)))];
        var published = TensorProto.Parser.ParseFrom(File.ReadAllBytes(TestData.Require($"models/{file}_output_0.pb")));
        float[] expected = TensorContent.ReadFloats(published, "the published output");
        using var folder = new TemporaryFolder();
        string saved = folder.File("saved.onnx");
        Load(file).WithFreeBatch().Save(saved);
        OnnxRun.AssertClose(expected, OnnxRun.Run(OnnxModel.Load(saved), ramp, 1, 3, 224, 224).Values, 1e-4);
    }

    private static OnnxModel Load(string file) => OnnxModel.Load(TestData.Require($"models/{file}.onnx"));
}
