using Microsoft.ML.OnnxRuntime;
using SkiaSharp;
using TransferLearning.Onnx;
using TransferLearning.Tests.Cli;
using TransferLearning.Tests.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Models;

public sealed class GradCamTests(DrawnExample example)
{
    [Fact]
    public async Task For_a_pooled_linear_head_it_is_the_class_activation_map()
    {
        var classifier = await example.ClassifierAsync();
        using var gradCam = new GradCam(classifier);
        for (int label = 0; label < classifier.Labels.Count; label++)
            await IsClassActivationMapAsync(classifier, gradCam, example.Dataset.Test[0].Path, label);
    }

    /// <summary>Zhou's map: the feature maps added up with the weights of the class. It needs no gradient, so it judges ours.</summary>
    private static async Task IsClassActivationMapAsync(ImageClassifier classifier, GradCam gradCam, string path, int label)
    {
        var model = classifier.ToOnnx();
        using var maps = new FeatureExtractor(
            model.CutAt(model.FindClassifierHead().FeatureTensor), classifier.Preprocessing, ExecutionOptions.Default);
        var features = await maps.ExtractAsync([path]);
        var layer = model.Proto.Graph.Node.Last(node => node.OpType is "Gemm" or "MatMul" or "Conv");
        float[] weights = model.ReadInitializer(layer.Input[1]);
        int classes = classifier.Labels.Count, channels = weights.Length / classes, places = features.Columns / channels;
        bool classesFirst = model.Proto.Graph.Initializer.First(tensor => tensor.Name == layer.Input[1]).Dims[0] == classes;
        double[] cam = new double[places];
        for (int place = 0; place < places; place++)
        {
            for (int channel = 0; channel < channels; channel++)
                {
                int weight = classesFirst ? (label * channels) + channel : (channel * classes) + label;
                cam[place] += features[0][(channel * places) + place] * weights[weight];
            }
            cam[place] = Math.Max(0, cam[place]);
        }

        double peak = cam.Max();
        Assert.True(peak > 0);
        var explanation = gradCam.Explain(path, classifier.Labels[label]);
        Assert.Equal(places, explanation.Width * explanation.Height);
        for (int place = 0; place < places; place++)
            Assert.Equal(cam[place] / peak, explanation.Map[place], 1e-3);
    }

    [Fact]
    public async Task The_shape_speaks_for_its_class_and_not_the_ground()
    {
        var classifier = await example.ClassifierAsync();
        using var gradCam = new GradCam(classifier);
        int inside = 0, explained = 0;
        foreach (var image in example.Dataset.Test)
        {
            // The shapes lie around the middle, at most 8 pixels off, with a radius of 22 and more of 96 pixels.
            var explanation = gradCam.Explain(image.Path);
            Assert.Equal(classifier.Predict(image.Path).Label, explanation.Label);
            int peak = explanation.Map.IndexOf(1f);
            double x = ((peak % explanation.Width) + 0.5) / explanation.Width, y = ((peak / explanation.Width) + 0.5) / explanation.Height;
            inside += Math.Max(Math.Abs(x - 0.5), Math.Abs(y - 0.5)) < 0.42 ? 1 : 0;
            explained++;
        }

        Assert.InRange(inside, explained * 3 / 4, explained);
    }

    [Fact]
    public async Task A_head_that_cannot_be_computed_is_a_graph_error_with_its_cause()
    {
        var graph = GradCamGraph.Build((await example.ClassifierAsync()).ToOnnx());
        long[] wider = [.. graph.FeatureShape[..3], graph.FeatureShape[3] + 1];
        using var head = new GradCamHead(graph with { FeatureShape = wider }, ExecutionOptions.Default);
        var error = Assert.Throws<OnnxGraphException>(() => head.Run(new float[TensorShape.Count(wider)], label: 0));
        Assert.Contains("'head with gradient'", error.Message, StringComparison.Ordinal);
        Assert.IsType<OnnxRuntimeException>(error.InnerException);
    }

    [Theory]
    [InlineData("vit-op13-fixed1", 4, 4, false)]
    [InlineData("swin-op17", 8, 8, true)]
    [InlineData("einsum-op17", 8, 8, false)]
    [InlineData("convnext-op13", 4, 4, true)]
    [InlineData("convnext-op17", 4, 4, true)]
    [InlineData("slices-op17", 15, 15, false)]
    public void Networks_of_every_kind_have_a_tensor_of_positions(string name, int height, int width, bool arePooled)
    {
        var model = OnnxModel.Load(TestData.Require($"models/torch/{name}.onnx")).WithFreeBatch();
        var positions = GradCamPositions.Find(model, model.FindClassifierHead(), ShapeInference.Infer(model, 1));
        Assert.Equal((height, width, arePooled), (positions.Height, positions.Width, positions.ArePooled));

        var graph = GradCamGraph.Build(model);
        float[] features = OnnxRun.Run(graph.Features, OnnxRun.Noise(1, 3 * 32 * 32), 1, 3, 32, 32).Values;
        using var head = new GradCamHead(graph, ExecutionOptions.Default);
        float[] map = head.Run(features, label: 2);
        Assert.Equal(height * width, map.Length);
        Assert.All(map, value => Assert.InRange(value, 0, float.MaxValue));

        // Positions count one by one: nearly all of them have an influence of their own.
        float[] opposite = head.Run([.. features.Select(value => -value)], label: 2);
        Assert.True(map.Zip(opposite).Count(pair => pair.First > 0 || pair.Second > 0) > map.Length / 2);
    }

    [Fact]
    public void The_overlay_covers_what_the_network_sees()
    {
        // An image twice as wide as high: the network sees the middle half of it.
        using var image = new PixelImage(80, 40);
        image.Pixels.Fill(100);
        var preprocessing = new ImagePreprocessing { Width = 20, Height = 20 };
        HeatOverlay.Paint(image, [0, 1, 0, 1], columns: 2, preprocessing);
        byte At(int x, int channel) => image.Pixels[(3 * ((20 * 80) + x)) + channel];
        Assert.Equal((35, 35), (At(5, 0), At(75, 2)));

        // Three fifths of viridis and two fifths of the grey image, at 0 and at 1.
        Assert.Equal((81, 41, 90), (At(21, 0), At(21, 1), At(21, 2)));
        Assert.Equal((192, 179, 62), (At(58, 0), At(58, 1), At(58, 2)));
    }

    [Fact]
    public async Task The_tool_paints_the_image_and_names_the_class()
    {
        using var folder = new TemporaryFolder();
        string image = example.Dataset.Test[0].Path, output = folder.File("out ★.png");
        string model = await example.ModelAsync();
        var json = (await CliRun.RunAsync("explain", model, image, "--label", "square", "-o", output, "--json")).Json();
        Assert.Equal("square", json.GetProperty("label").GetString());
        using var classifier = ImageClassifier.Load(await example.ModelAsync());
        var prediction = classifier.Predict(image);
        Assert.Equal(prediction.Probabilities[1], json.GetProperty("probability").GetSingle(), 1e-5);
        using var painted = SKBitmap.Decode(output);
        using var original = SKBitmap.Decode(image);
        Assert.Equal((96, 96, 360), (original.Width, original.Height, painted.Height));
        Assert.Contains(
            Enumerable.Range(0, 96), i => Math.Abs(painted.GetPixel(15 * i / 4, 180).Blue - original.GetPixel(i, 48).Blue) > 30);

        // Beside the image: the ends of the legend, and letters.
        var beside = Enumerable.Range(360, painted.Width - 360)
            .SelectMany(x => Enumerable.Range(0, 360).Select(y => painted.GetPixel(x, y))).ToArray();
        Assert.Contains(new SKColor(68, 1, 84), beside);
        Assert.Contains(beside, colour => colour is { Red: > 245, Green: > 220, Blue: < 45 });
        Assert.InRange(beside.Count(colour => colour == SKColors.Black), 100, 5000);

        string refused = (await CliRun.RunAsync("explain", model, image, "--label", "hexagon", "-o", output)).RefusedLine();
        Assert.Contains("has no class 'hexagon'; its classes are 'circle', 'square'", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models/squeezenet1.1-227.onnx", "caffe")]
    [InlineData("models/mobilenetv2-1.0-224.onnx", "tf")]
    public async Task Pretrained_networks_are_explained_as_they_are(string network, string preprocessing)
    {
        string model = TestData.Require(network);
        string image = TestData.Require("datasets/imagenet_sample_100/n02391049_zebra.JPEG");
        var backbone = Backbone.FromFile(model, preprocessing);
        using var classifier = await TransferLearner.From(backbone).Classifier().CreateAsync();
        using var gradCam = new GradCam(classifier);
        var prediction = classifier.Predict(image);
        Assert.Equal("zebra", prediction.Label);
        await IsClassActivationMapAsync(classifier, gradCam, image, prediction.LabelIndex);
    }
}
