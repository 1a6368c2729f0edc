using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Onnx;

public sealed class ShapeInferenceTests
{
    [Fact]
    public void Every_tensor_of_a_network_has_its_shape_without_its_weights_taking_memory()
    {
        var model = VggGraph.WithTopButNoWeights();
        long before = GC.GetAllocatedBytesForCurrentThread();
        var shapes = ShapeInference.Infer(model, batchSize: 32);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.Equal([32, 3, 224, 224], shapes["input_1"]);
        Assert.Equal([32, 512, 7, 7], shapes["block5_pool"]);
        Assert.Equal([32, 25_088], shapes["flatten"]);
        Assert.Equal([25_088, 4096], shapes["fc1/kernel"]);
        Assert.Equal([32, 1000], shapes["predictions/softmax"]);
        Assert.Equal(model.Proto.Graph.Node.SelectMany(node => node.Output).Where(name => !shapes.ContainsKey(name)), []);
    }

    [Fact]
    public void Stored_weights_are_not_copied()
    {
        var model = VggGraph.WithoutTop();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal([8, 64, 224, 224], ShapeInference.Infer(model, batchSize: 8)["block1_conv1"]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Shapes_that_a_network_computes_are_followed()
    {
        // As PyTorch exports x.view(x.size(0), -1).
        var model = TestGraph.Build([null, 3, 4], graph =>
        {
            string size = graph.Add("Gather", [graph.Add("Shape", ["x"]), graph.Int64(0)]);
            string batch = graph.Add("Unsqueeze", [size, graph.Int64s(0)]);
            string target = graph.Add("Concat", [batch, graph.Int64s(-1)], GraphBuilder.Attribute("axis", 0));
            return graph.AddNamed("y", "Reshape", ["x", target]);
        });
        Assert.Equal([7, 12], ShapeInference.Infer(model, batchSize: 7)["y"]);
        Assert.Equal([null, 12], ShapeInference.InferFree(model)["y"].Dimensions);
    }

    [Fact]
    public void Large_constants_in_nodes_and_small_ones_that_shapes_depend_on_are_kept_apart()
    {
        var model = TestGraph.Build([null, 4, 8, 8], graph =>
        {
            var large = GraphBuilder.Tensor("", TensorProto.Types.DataType.Float, new byte[4 * 64 * 4 * 9], [64, 4, 3, 3]);
            graph.AddNamed("w", "Constant", [], TestGraph.Value(large));
            string convolved = graph.Add("Conv", ["x", "w"]);
            return graph.AddNamed("y", "Resize", [convolved, "", graph.Initializer("scales", (ReadOnlySpan<float>)[1, 1, 2, 3], [4])]);
        });
        Assert.Equal([2, 64, 12, 18], ShapeInference.Infer(model, batchSize: 2)["y"]);
    }

    [Fact]
    public void A_fixed_batch_of_another_size_is_refused()
    {
        var model = TestGraph.Build([1, 3], graph => graph.Add("Relu", ["x"]));
        Assert.Equal([1, 3], ShapeInference.Infer(model, batchSize: 1)["Relu"]);
        var error = Assert.Throws<OnnxGraphException>(() => ShapeInference.Infer(model, batchSize: 2));
        Assert.Contains("free the batch", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ShapeInference.Infer(model, batchSize: 0));
    }

    [Fact]
    public void What_the_runtime_refuses_is_told_in_its_words()
    {
        var model = TestGraph.Build([null, 3], graph => graph.Add("MatMul", ["x", graph.Initializer("w", new float[8], [4, 2])]));
        var error = Assert.Throws<OnnxGraphException>(() => ShapeInference.Infer(model, batchSize: 1));
        Assert.Contains("MatMul", error.Message, StringComparison.Ordinal);
    }
}
