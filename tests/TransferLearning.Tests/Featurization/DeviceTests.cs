using TransferLearning.Onnx;

namespace TransferLearning.Tests.Featurization;

public sealed class DeviceTests
{
    public static TheoryData<string, Device> Names => new()
    {
        { "cpu", Device.Cpu },
        { "CUDA", Device.Cuda() },
        { "cuda:0", Device.Cuda(0) },
        { "cuda:3", Device.Cuda(3) },
        { "DirectML", Device.DirectML },
        { "coreml", Device.CoreML },
        { "openvino", Device.OpenVINO },
        { "auto", Device.Auto },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_device_is_read_from_what_it_writes(string text, Device device)
    {
        Assert.Equal(device, Device.Parse(text));
        Assert.Equal(device, Device.Parse(device.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1x")]
    public void Other_words_are_refused_with_those_that_are_known(string text) =>
        Assert.Contains("directml", Assert.Throws<FormatException>(() => Device.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_negative_card_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Device.Cuda(-1));

    [Fact]
    public async Task Every_device_is_tried_and_those_that_are_missing_say_what_to_reference()
    {
        var found = await Device.FindAsync(TestContext.Current.CancellationToken);
        Assert.Equal([Device.Cpu, Device.Cuda(), Device.DirectML, Device.CoreML, Device.OpenVINO], found.Select(status => status.Device));
        Assert.True(found[0].Works);
        foreach (var status in found.Where(status => !status.Works))
        {
            Assert.Contains("Microsoft.ML.OnnxRuntime", status.Detail, StringComparison.Ordinal);
            Assert.Contains("CPUExecutionProvider", status.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_network_on_a_device_that_is_missing_is_an_error_that_names_it()
    {
        Assert.SkipWhen(DeviceProbe.Try(Device.Cuda()).Works, "CUDA works here.");
        var model = OnnxModel.Parse(Training.TinyNetwork.Backbone().ToBytes());
        var error = Assert.Throws<DeviceException>(() => OnnxSession.Create(
            model, new ExecutionOptions { Device = Device.Cuda() }, SessionMode.Latency));
        Assert.Equal(Device.Cuda(), error.Device);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Auto_stands_for_a_device_that_works()
    {
        var options = new ExecutionOptions { Device = Device.Auto };
        Assert.True(DeviceProbe.Try(options.Device.Resolved()).Works);
        using var session = OnnxSession.Create(Training.TinyNetwork.Backbone(), options, SessionMode.Latency);
        Assert.Single(session.Outputs);
    }
}
