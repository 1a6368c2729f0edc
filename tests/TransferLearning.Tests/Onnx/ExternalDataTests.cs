using System.Runtime.InteropServices;
using Google.Protobuf;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Onnx;

public sealed class ExternalDataTests : IDisposable
{
    private static readonly float[] Numbers = [9, 8, 7, 6, 5, 4];
    private readonly TemporaryFolder _folder = new();

    public ExternalDataTests() => Directory.CreateDirectory(_folder.File("model"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("weights.bin", null, null)]
    [InlineData("weights.bin", "0", "24")]
    [InlineData("sub/weights.bin", null, null)]
    public void Weights_beside_the_model_are_brought_into_it(string location, string? offset, string? length)
    {
        Directory.CreateDirectory(_folder.File("model/sub"));
        File.WriteAllBytes(_folder.File("model/" + location), MemoryMarshal.AsBytes(Numbers.AsSpan()).ToArray());
        var model = OnnxModel.Load(Model(location, offset, length));
        Assert.Equal(Numbers, model.ReadInitializer("w"));

        // What was loaded stands alone.
        var again = OnnxModel.Parse(model.ToBytes());
        Assert.Equal(Numbers, again.ReadInitializer("w"));
        Assert.False(again.Proto.Graph.Initializer[0].HasDataLocation);
    }

    [Fact]
    public void An_offset_is_honoured()
    {
        File.WriteAllBytes(_folder.File("model/weights.bin"), [.. new byte[4096], .. MemoryMarshal.AsBytes(Numbers.AsSpan())]);
        Assert.Equal(Numbers, OnnxModel.Load(Model("weights.bin", "4096", "24")).ReadInitializer("w"));
    }

    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("sub/../../secret.bin")]
    [InlineData("..\\secret.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("\\secret.bin")]
    [InlineData("C:\\secret.bin")]
    [InlineData("")]
    [InlineData("./weights.bin")]
    public void Places_outside_the_folder_are_not_read(string location)
    {
        File.WriteAllBytes(_folder.File("secret.bin"), MemoryMarshal.AsBytes(Numbers.AsSpan()).ToArray());
        Directory.CreateDirectory(_folder.File("model/sub"));
        var error = Assert.Throws<OnnxGraphException>(() => OnnxModel.Load(Model(location)));
        Assert.Contains("'w'", error.Message, StringComparison.Ordinal);
        Assert.Contains("outside the model's folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_are_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege there");
        File.WriteAllBytes(_folder.File("secret.bin"), MemoryMarshal.AsBytes(Numbers.AsSpan()).ToArray());
        File.CreateSymbolicLink(_folder.File("model/weights.bin"), _folder.File("secret.bin"));
        Directory.CreateSymbolicLink(_folder.File("model/sub"), _folder.Path);
        foreach (string location in new[] { "weights.bin", "sub/secret.bin" })
        {
            var error = Assert.Throws<OnnxGraphException>(() => OnnxModel.Load(Model(location)));
            Assert.Contains("is a link", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("absent.bin", null, null, "absent")]
    [InlineData("weights.bin", "1", null, "has 24 bytes")]
    [InlineData("weights.bin", "9223372036854775807", null, "has 24 bytes")]
    [InlineData("weights.bin", "-4", null, "not a size")]
    [InlineData("weights.bin", "many", null, "not a size")]
    [InlineData("weights.bin", null, "20", "20 bytes long")]
    public void Wrong_places_are_named(string location, string? offset, string? length, string expected)
    {
        File.WriteAllBytes(_folder.File("model/weights.bin"), MemoryMarshal.AsBytes(Numbers.AsSpan()).ToArray());
        var error = Assert.Throws<OnnxGraphException>(() => OnnxModel.Load(Model(location, offset, length)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_beyond_the_limit_of_a_model_is_refused_before_it_is_read()
    {
        // A sparse file: it has the length but takes no room.
        using (var stream = File.Create(_folder.File("model/weights.bin")))
            stream.SetLength(3L << 30);
        string path = Model("weights.bin", dimensions: [3L << 28, 1]);
        long before = GC.GetTotalAllocatedBytes();
        Assert.Contains("limit", Assert.Throws<OnnxGraphException>(() => OnnxModel.Load(path)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 64 << 20);
    }

    [Fact]
    public void A_model_in_memory_has_no_folder_to_read_from()
    {
        byte[] bytes = File.ReadAllBytes(Model("weights.bin"));
        var error = Assert.Throws<OnnxGraphException>(() => OnnxModel.Parse(bytes));
        Assert.Contains("OnnxModel.Load", error.Message, StringComparison.Ordinal);
    }

    private string Model(string location, string? offset = null, string? length = null, long[]? dimensions = null)
    {
        var model = TestGraph.Dense();
        var weight = model.Graph.Initializer[0];
        weight.ClearRawData();
        weight.DataLocation = TensorProto.Types.DataLocation.External;
        if (dimensions is not null)
        {
            weight.Dims.Clear();
            weight.Dims.AddRange(dimensions);
        }

        weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        if (offset is not null)
            weight.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset });
        if (length is not null)
            weight.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length });
        string path = _folder.File("model/model.onnx");
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }
}
