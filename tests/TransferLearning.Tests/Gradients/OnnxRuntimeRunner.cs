using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

/// <summary>Runs a graph of float inputs and outputs once.</summary>
internal static class OnnxRuntimeRunner
{
    public static float[][] Run(
        GraphProto graph, IReadOnlyDictionary<string, ReferenceTensor> values, IReadOnlyList<string> outputs, out long[][] shapes,
        int opset = BackwardPass.Opset)
    {
        var model = new ModelProto { IrVersion = opset > 21 ? 11 : 10, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = opset });
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var runOptions = new RunOptions();
        string[] names = [.. graph.Input.Select(input => input.Name)];
        OrtValue[] inputs = [.. names.Select(name => OrtValue.CreateTensorValueFromMemory(values[name].ToSingle(), values[name].Shape))];
        try
        {
            using var results = session.Run(runOptions, names, inputs, outputs);
            shapes = [.. results.Select(value => value.GetTensorTypeAndShape().Shape)];
            return [.. results.Select(value => value.GetTensorDataAsSpan<float>().ToArray())];
        }
        finally
        {
            foreach (var input in inputs)
                input.Dispose();
        }
    }
}
