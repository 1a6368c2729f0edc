using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Featurization;

/// <summary>Featurizing as on a device: all threads decode for one session, on the processor here.</summary>
public sealed class DeviceFeaturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 16)]
    [InlineData(2, 7)]
    [InlineData(9, 64)]
    [InlineData(3, null)]
    public async Task Features_are_those_of_the_processor(int threads, int? batchSize)
    {
        string[] paths = TinyNetwork.WriteNumbered(_folder.Path, 61);
        File.WriteAllBytes(paths[20], [1, 2, 3]);
        var options = new ExecutionOptions { Threads = threads };
        var onDevice = (batchSize is { } size ? options with { BatchSize = size } : options) with { AsDevice = true };
        using var plain = new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing, options);
        using var fed = new FeatureExtractor(TinyNetwork.Averages(), TinyNetwork.Preprocessing, onDevice);
        var expected = await plain.ExtractAsync(paths, UndecodableImages.Skip);
        var actual = await fed.ExtractAsync(paths, UndecodableImages.Skip);

        Assert.Equal(expected.Indices, actual.Indices);
        Assert.Equal(expected.Features.Values.ToArray(), actual.Features.Values.ToArray());
        Assert.Contains("0020", Assert.Single(actual.Skipped).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(37)]
    public async Task Every_batch_has_the_same_shape(int images)
    {
        string[] paths = TinyNetwork.WriteNumbered(_folder.Path, images);
        var options = new ExecutionOptions { Threads = 2, BatchSize = 16, AsDevice = true };
        using var extractor = new FeatureExtractor(BatchSizes(), TinyNetwork.Preprocessing, options);
        var features = await extractor.ExtractAsync(paths);
        Assert.Equal(images, features.Rows);
        Assert.All(Enumerable.Range(0, images), i => Assert.Equal(16, features[i][0]));
    }

    [Fact]
    public void The_batch_is_one_image_on_the_processor_and_many_elsewhere()
    {
        Assert.Equal(ExecutionOptions.DefaultBatchSize, new ExecutionOptions().BatchSize);
        Assert.Equal(ExecutionOptions.DefaultDeviceBatchSize, new ExecutionOptions { Device = Device.Cuda() }.BatchSize);
        Assert.Equal(3, new ExecutionOptions { Device = Device.Cuda(), BatchSize = 3 }.BatchSize);
    }

    /// <summary>A network whose output for each image is the number of images that it was given together.</summary>
    private static OnnxModel BatchSizes() => TinyNetwork.Averages(graph =>
    {
        var builder = new GraphBuilder(graph, "batch/");
        graph.Node[^1].Name = graph.Node[^1].Output[0] = "averages";
        string count = builder.Slice(builder.Add("Shape", ["input"]), [0], [1], [0], [1]);
        count = builder.Add("Cast", [count], GraphBuilder.Attribute("to", (long)TensorProto.Types.DataType.Float));
        builder.AddNamed("features", "Add", [builder.Times("averages", builder.Scalar(0)), count]);
    });
}
