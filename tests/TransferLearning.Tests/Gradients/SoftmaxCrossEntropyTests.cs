using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Tests.Gradients;

public sealed class SoftmaxCrossEntropyTests
{
    [Fact]
    public void Loss_and_gradient_of_one_hot_smoothed_and_weighted_targets()
    {
        var random = new Random(1);
        var logits = ReferenceTensor.Random(random, [4, 3], -3, 3);
        var targets = new ReferenceTensor([4, 3], [1, 0, 0, 0.1, 0.8, 0.1, 0, 2.5, 0, 0.05, 0.05, 0.4]);
        var builder = new GraphBuilder(new GraphProto { Name = "loss" }, "");
        builder.Input("z", TensorProto.Types.DataType.Float, 4, 3);
        builder.Input("t", TensorProto.Types.DataType.Float, 4, 3);
        var (loss, gradient) = SoftmaxCrossEntropy.Append(builder, "z", "t", 4, "loss");
        Assert.Equal("loss", loss);
        builder.Graph.Output.Add(new ValueInfoProto { Name = loss });
        builder.Graph.Output.Add(new ValueInfoProto { Name = gradient });
        var values = new Dictionary<string, ReferenceTensor> { ["z"] = logits, ["t"] = targets };
        float[][] results = OnnxRuntimeRunner.Run(builder.Graph, values, [loss, gradient], out long[][] shapes);

        Assert.Equal([], shapes[0]);
        Assert.Equal(Loss(logits.Data), results[0][0], 1e-5);
        for (int i = 0; i < logits.Data.Length; i++)
        {
            double[] up = [.. logits.Data], down = [.. logits.Data];
            up[i] += 1e-5;
            down[i] -= 1e-5;
            Assert.Equal((Loss(up) - Loss(down)) / 2e-5, results[1][i], 1e-6);
        }

        double Loss(double[] z)
        {
            var l = ReferenceNormalization.Softmax(new ReferenceTensor([4, 3], z), 1, log: true);
            return -l.Data.Zip(targets.Data, (a, b) => a * b).Sum() / 4;
        }
    }
}
