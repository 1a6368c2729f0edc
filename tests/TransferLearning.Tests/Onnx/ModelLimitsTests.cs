using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;

namespace TransferLearning.Tests.Onnx;

public sealed class ModelLimitsTests
{
    [Fact]
    public void The_limits_are_those_of_the_runtime()
    {
        Assert.True(Runs(ModelLimits.MaxIrVersion, ModelLimits.MaxOpset));
        Assert.False(Runs(ModelLimits.MaxIrVersion + 1, ModelLimits.MaxOpset));
        Assert.False(Runs(ModelLimits.MaxIrVersion, ModelLimits.MaxOpset + 1));
        Assert.True(Runs(ModelLimits.WrittenIrVersion, ModelLimits.MinOpset));
    }

    [Fact]
    public void The_operator_table_agrees_with_the_runtime()
    {
        foreach (var (name, first) in OperatorSets.FirstSet)
        {
            Assert.True(IsRegistered(name, first), $"{name} in set {first}");
            Assert.False(first > ModelLimits.MinOpset && IsRegistered(name, first - 1), $"{name} before set {first}");
        }
    }

    private static bool Runs(int irVersion, int opset)
    {
        var model = TestGraph.Dense();
        model.IrVersion = irVersion;
        model.OpsetImport[0].Version = opset;
        return ErrorOf(model.ToByteArray()) is null;
    }

    private static bool IsRegistered(string name, int opset)
    {
        var model = TestGraph.Dense();
        model.OpsetImport[0].Version = opset;
        model.Graph.Node[1].OpType = name;
        return ErrorOf(model.ToByteArray())?.Contains("No Op registered", StringComparison.Ordinal) != true;
    }

    private static string? ErrorOf(byte[] model)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
        try
        {
            using var session = new InferenceSession(model, options);
            return null;
        }
        catch (OnnxRuntimeException error)
        {
            return error.Message;
        }
    }
}
