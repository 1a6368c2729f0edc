using Google.Protobuf;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>Rows 24 to 27: model files, from the point of view of a user. The tests of the readers are in Onnx and Models.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class ModelFaultTests(DrawnExample example)
{
    [Theory]
    [InlineData("../secret.bin")]
    [InlineData("/etc/hostname")]
    [InlineData("link.bin")]
    public void Row_24_external_data_elsewhere(string location)
    {
        using var scope = new FaultScope();
        scope.Put("secret.bin", new byte[24]);
        if (location == "link.bin")
        {
            Directory.CreateDirectory(scope.Path("model"));
            File.CreateSymbolicLink(scope.Path("model/link.bin"), scope.Path("secret.bin"));
            scope.Keep(scope.Path("model/link.bin"));
        }

        var model = TestGraph.Dense();
        var weight = model.Graph.Initializer.Single(tensor => tensor.Name == "w");
        weight.ClearRawData();
        weight.DataLocation = TensorProto.Types.DataLocation.External;
        weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        string path = scope.Put("model/net.onnx", model.ToByteArray());
        scope.Refused<OnnxGraphException>(() => Backbone.FromFile(path, ImagePreprocessing.ImageNet()), path, "'w'", location);
    }

    [Fact]
    public async Task Row_25_an_unknown_operator_a_newer_opset_no_classifier_and_an_integer_input()
    {
        using var scope = new FaultScope();
        var unknown = TestGraph.Dense();
        unknown.Graph.Node[1].OpType = "Rellu";
        RefusedModel(scope, "unknown.onnx", unknown, "'y'", "Rellu");
        var newer = TestGraph.Dense();
        newer.OpsetImport[0].Version = 99;
        RefusedModel(scope, "newer.onnx", newer, "99");

        var headless = TestGraph.Build([null, 3, 8, 8], graph => graph.AddNamed("y", "Relu", ["x"]));
        string path = scope.Path("headless.onnx");
        headless.Save(path);
        scope.Keep(path);
        await scope.RefusedAsync<OnnxGraphException>(
            () => TransferLearner.From(Backbone.FromFile(path, ImagePreprocessing.ImageNet(8))).Classifier()
                .CreateAsync(), "'y'", "classifier");

        var integers = TestGraph.Dense();
        integers.Graph.Input[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Int64;
        RefusedModel(scope, "integers.onnx", integers, "'x'", "Int64");
    }

    [Fact]
    public void Row_26_a_hostile_protobuf()
    {
        using var scope = new FaultScope();
        byte[] nested = [];
        for (int depth = 0; depth < 1000; depth++)
            nested = Field(1, Field(5, Field(6, nested)));
        Refused(scope, "nested.onnx", Field(7, nested));
        Refused(scope, "length.onnx", [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]);
        var overflow = TestGraph.Dense();
        overflow.Graph.Initializer[0].Dims.Clear();
        overflow.Graph.Initializer[0].Dims.AddRange([long.MaxValue, long.MaxValue]);
        RefusedModel(scope, "overflow.onnx", overflow, "overflows");
        var cycle = TestGraph.Dense();
        cycle.Graph.Node[0].Input[0] = "y";
        RefusedModel(scope, "cycle.onnx", cycle, "cycle");
        var twice = TestGraph.Dense();
        twice.Graph.Node[1].Output[0] = "logits";
        RefusedModel(scope, "twice.onnx", twice, "'logits'");
    }

    [Fact]
    public async Task Row_27_a_model_that_is_truncated_or_of_a_later_format()
    {
        byte[] whole = await File.ReadAllBytesAsync(await example.ModelAsync());
        var later = OnnxModel.Load(await example.ModelAsync()).WithMetadata([new("transferlearning.format_version", "99")]);
        using var scope = new FaultScope();
        foreach (int sixteenth in new[] { 0, 1, 8, 15 })
        {
            string cut = scope.Put($"cut-{sixteenth}.onnx", whole[..(whole.Length * sixteenth / 16)]);
            scope.Refused<OnnxGraphException>(() => ImageClassifier.Load(cut), cut);
        }

        string path = scope.Path("later.onnx");
        later.Save(path);
        scope.Keep(path);
        scope.Refused<OnnxGraphException>(() => ImageClassifier.Load(path), path, "99", "update");
    }

    private static void RefusedModel(FaultScope scope, string name, ModelProto model, params string[] parts) =>
        Refused(scope, name, model.ToByteArray(), parts);

    private static void Refused(FaultScope scope, string name, byte[] content, params string[] parts)
    {
        string path = scope.Put(name, content);
        long before = GC.GetAllocatedBytesForCurrentThread();
        scope.Refused<OnnxGraphException>(() => Backbone.FromFile(path, ImagePreprocessing.ImageNet()), [path, .. parts]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    private static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Varint(int value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
            bytes.Add((byte)(value | 128));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
