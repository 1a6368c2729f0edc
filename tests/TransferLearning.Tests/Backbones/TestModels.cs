using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.BackboneCatalog;

/// <summary>Small valid ONNX files with a given image input and given metadata.</summary>
internal static class TestModels
{
    public static byte[] Pooling(long?[]? input = null, params (string Key, string Value)[] metadata)
    {
        var graph = new GraphProto { Name = "test" };
        var builder = new GraphBuilder(graph, "");
        builder.Input("images", TensorProto.Types.DataType.Float, input ?? [null, 3, 8, 8]);
        builder.AddNamed("pooled", "GlobalAveragePool", ["images"]);
        builder.Output("pooled", TensorProto.Types.DataType.Float, null, 3, 1, 1);
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        foreach (var (key, value) in metadata)
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return new OnnxModel(model).ToBytes();
    }
}
