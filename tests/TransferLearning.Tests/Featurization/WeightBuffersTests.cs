using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Featurization;

public sealed class WeightBuffersTests
{
    [Fact]
    public async Task The_skeleton_has_no_large_weights_and_the_model_keeps_its_own()
    {
        var model = await Backbones.TinyResNet.LoadAsync();
        byte[] before = model.ToBytes();
        using var weights = WeightBuffers.Of(model);
        Assert.NotNull(weights);
        Assert.True(weights.Skeleton.CalculateSize() < before.Length / 10);
        Assert.All(weights.Skeleton.Graph.Initializer, tensor => Assert.True(tensor.RawData.Length < 4096));
        Assert.Equal(before, model.ToBytes());
    }

    [Fact]
    public async Task A_session_with_weights_from_memory_computes_the_same_as_one_from_the_whole_file()
    {
        var model = await Backbones.TinyResNet.LoadAsync();
        float[] input = [.. Enumerable.Range(0, 3 * 96 * 96).Select(i => (i % 251 - 125) / 60f)];
        using var separate = OnnxSession.Open(model, ExecutionOptions.Default, SessionMode.Latency, "separate");
        GC.Collect();
        using var whole = OnnxSession.Open(model.ToBytes(), ExecutionOptions.Default, SessionMode.Latency, "whole");
        Assert.Equal(Run(whole, input), Run(separate, input));
    }

    [Fact]
    public void Weights_in_the_list_form_are_held_once()
    {
        var tensor = new TensorProto { Name = "w", DataType = (int)TensorProto.Types.DataType.Float, Dims = { 2000 } };
        tensor.FloatData.AddRange(Enumerable.Range(0, 2000).Select(i => (float)i));
        TensorContent.StoreRaw(tensor);
        Assert.Equal(8000, tensor.RawData.Length);
        Assert.Equal(0, tensor.FloatData.Capacity);
        Assert.Equal(1999f, TensorContent.ReadFloats(tensor, "w")[^1]);
    }

    private static float[] Run(InferenceSession session, float[] input)
    {
        using var tensor = OrtValue.CreateTensorValueFromMemory(input, [1, 3, 96, 96]);
        using var options = new RunOptions();
        using var output = session.Run(options, [session.InputMetadata.Keys.First()], [tensor], [session.OutputMetadata.Keys.First()]);
        return output[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
