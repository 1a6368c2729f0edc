using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Training;

/// <summary>Inputs that a session reads somewhere else than in the memory of the device.</summary>
public sealed class DeviceBindingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_input_that_is_read_elsewhere_is_bound_anew_for_every_run(bool isElsewhere)
    {
        var graph = new GraphBuilder(new GraphProto { Name = "sum" }, "");
        graph.Input("a", TensorProto.Types.DataType.Float, 2);
        graph.Input("b", TensorProto.Types.DataType.Float, 2);
        graph.AddNamed("sum", "Add", ["a", "b"]);
        graph.Output("sum", TensorProto.Types.DataType.Float, 2);
        using var session = OnnxSession.Open(graph.ToModel(), ExecutionOptions.Default, SessionMode.Latency, "sum");
        float[] numbers = [1, 2], result = new float[2];
        using var a = OrtValue.CreateTensorValueFromMemory(numbers, [2]);
        using var b = OrtValue.CreateTensorValueFromMemory([10f, 20f], [2]);
        using var sum = OrtValue.CreateTensorValueFromMemory(result, [2]);
        using var options = new RunOptions();
        using var binding = new DeviceBinding(session, isElsewhere ? ["a"] : new HashSet<string>());
        binding.Read("a", a);
        binding.Read("b", b);
        binding.Write("sum", sum);
        foreach (float first in (float[])[1, 5])
        {
            numbers[0] = first;

            // What was bound last is gone, as a copy is that was made of an earlier run's numbers.
            using var stale = OrtValue.CreateTensorValueFromMemory([-1f, -1f], [2]);
            if (isElsewhere)
                binding.Tensors.BindInput("a", stale);
            binding.Refresh();
            session.RunWithBinding(options, binding.Tensors);
            Assert.Equal([first + 10, 22], result);
        }
    }
}
