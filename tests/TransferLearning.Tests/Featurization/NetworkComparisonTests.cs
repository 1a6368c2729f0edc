using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Featurization;

/// <summary>A provider that computes another output than the processor is found when a network is loaded.</summary>
public sealed class NetworkComparisonTests
{
    private static readonly ImageSessionOptions Options = new(
        TinyNetwork.Preprocessing, new ExecutionOptions { Device = Device.Cuda() }, SessionMode.Throughput, "averages");

    [Theory]
    [InlineData(1.1f, false)]
    [InlineData(1.3f, true)]
    [InlineData(0f, true)]
    [InlineData(float.NaN, true)]
    public void An_output_that_is_off_by_more_than_a_fifth_is_refused(float factor, bool isRefused)
    {
        var model = TinyNetwork.Averages();
        var error = Record.Exception(() => Compare(model, Scaled(factor)));
        if (!isRefused)
        {
            Assert.Null(error);
            return;
        }

        var refusal = Assert.IsType<DeviceException>(error);
        Assert.Equal(Device.Cuda(), refusal.Device);
        Assert.StartsWith(
            "The device 'cuda' cannot be used. It computes another output of 'averages'", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("or the processor.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_are_exchanged_are_found() =>
        Assert.Throws<DeviceException>(() => Compare(TinyNetwork.Averages(), TinyNetwork.Averages(graph =>
        {
            var builder = new GraphBuilder(graph, "other/");
            graph.Node[^1].Name = graph.Node[^1].Output[0] = "averages";
            builder.AddNamed("features", "Gather", ["averages", builder.Int64s(1, 0)]);
        })));

    [Fact]
    public void A_network_that_takes_one_image_at_a_time_is_compared_with_one()
    {
        var model = TinyNetwork.Averages(graph =>
        {
            foreach (var value in graph.Input.Concat(graph.Output))
                value.Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimValue = 1 };
        });
        Compare(model, model);
    }

    [Fact]
    public void What_the_device_alone_cannot_compute_is_its_fault()
    {
        var error = Assert.Throws<DeviceException>(() => Compare(TinyNetwork.Averages(), OfOneRow()));
        Assert.Contains("It cannot compute 'averages'", error.Message, StringComparison.Ordinal);
        Assert.IsType<OnnxGraphException>(error.InnerException);
        Assert.Throws<OnnxGraphException>(() => Compare(OfOneRow(), OfOneRow()));
    }

    [Fact]
    public void What_the_device_alone_can_compute_is_compared_with_nothing() => Compare(OfOneRow(), Scaled(7));

    [Fact]
    public void Every_network_for_images_is_compared_when_it_is_loaded()
    {
        // A hook that gives the network another weight, as a provider does whose kernel is wrong.
        using var other = OrtValue.CreateTensorValueFromMemory([7f], []);
        var wrong = new ExecutionOptions { ConfigureSession = session => session.AddInitializer("factor", other) };
        var model = TinyNetwork.Averages(graph =>
        {
            var builder = new GraphBuilder(graph, "");
            graph.Node[^1].Name = graph.Node[^1].Output[0] = "averages";
            builder.AddNamed("features", "Mul", ["averages", builder.Initializer("factor", [1f], [])]);
        });
        using (var right = new FeatureExtractor(model, TinyNetwork.Preprocessing, new ExecutionOptions { ConfigureSession = _ => { } }))
            Assert.Equal(3, right.Dimension);
        var error = Assert.Throws<DeviceException>(() => new FeatureExtractor(model, TinyNetwork.Preprocessing, wrong));
        Assert.StartsWith(
            "What ConfigureSession sets up cannot be used. It computes another output", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Compares one network, in place of the same on a device, with another on the processor.</summary>
    private static void Compare(OnnxModel onProcessor, OnnxModel onDevice)
    {
        using var session = OnnxSession.Create(onDevice, ExecutionOptions.Default, SessionMode.Throughput, "averages");
        NetworkComparison.Require(onProcessor, session, ImageNetwork.Of(session, TinyNetwork.Preprocessing, "averages"), Options);
    }

    /// <summary>A network that takes any number of images and computes one alone.</summary>
    private static OnnxModel OfOneRow() => TinyNetwork.Averages(graph =>
    {
        var builder = new GraphBuilder(graph, "other/");
        graph.Node[^1].Name = graph.Node[^1].Output[0] = "averages";
        builder.AddNamed("features", "Reshape", ["averages", builder.Int64s(1, 3)]);
    });

    private static OnnxModel Scaled(float factor) => TinyNetwork.Averages(graph =>
    {
        var builder = new GraphBuilder(graph, "other/");
        graph.Node[^1].Name = graph.Node[^1].Output[0] = "averages";
        builder.AddNamed("features", "Mul", ["averages", builder.Scalar(factor)]);
    });
}
