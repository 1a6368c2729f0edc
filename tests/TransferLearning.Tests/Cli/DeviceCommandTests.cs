using System.Text.Json;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Cli;

public sealed class DeviceCommandTests
{
    [Fact]
    public async Task Devices_lists_what_works_here()
    {
        var run = await CliRun.RunAsync("devices", "--json");
        Assert.Equal(0, run.ExitCode);
        using var json = JsonDocument.Parse(run.Output);
        var devices = json.RootElement.EnumerateArray().ToDictionary(line => line.GetProperty("device").GetString()!);
        Assert.Equal(["cpu", "cuda", "directml", "coreml", "openvino"], devices.Keys);
        Assert.True(devices["cpu"].GetProperty("works").GetBoolean());
        Assert.All(devices.Values, line => Assert.NotEmpty(line.GetProperty("detail").GetString()!));
    }

    [Fact]
    public async Task A_device_that_is_missing_is_one_line_that_names_the_package()
    {
        Assert.SkipWhen(DeviceProbe.Try(Device.Cuda()).Works, "CUDA works here.");
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 2, seed: 1);
        var run = await CliRun.RunAsync("predict", "tinyresnet", folder.Path, "--device", "cuda");
        string line = run.RefusedLine(exitCode: 1);
        Assert.StartsWith("error: The device 'cuda' cannot be used.", line, StringComparison.Ordinal);
        Assert.Contains("Microsoft.ML.OnnxRuntime.Gpu.Linux", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:x")]
    public async Task Another_word_is_refused(string word)
    {
        var run = await CliRun.RunAsync("devices", "--device", word);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"'{word}' is no device", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_processor_may_be_named()
    {
        using var folder = new TemporaryFolder();
        DrawnImages.Draw(folder.Path, perClass: 2, seed: 1);
        var named = await CliRun.RunAsync("predict", "tinyresnet", folder.Path, "--device", "CPU");
        var plain = await CliRun.RunAsync("predict", "tinyresnet", folder.Path);
        Assert.Equal(0, named.ExitCode);
        Assert.Equal(plain.Output, named.Output);
    }
}
