using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training.Architectures;

/// <summary>Whether a network can be trained is known from its graph, with the freeze points that help.</summary>
public sealed class TrainabilityTests
{
    [Fact]
    public void A_plan_refuses_a_node_without_a_gradient_and_names_freeze_points_that_work()
    {
        var error = Assert.Throws<UntrainableNodeException>(() => new FineTuningPlan(Blocked(), FreezePoint.None));
        Assert.Contains("'blocked' (ReverseSequence)", error.Node, StringComparison.Ordinal);
        Assert.Contains("FreezePoint.From(\"second\")", error.Message, StringComparison.Ordinal);
        Assert.Equal(["second", "third"], error.FreezePoints);
        foreach (string layer in error.FreezePoints)
            Assert.NotEmpty(new FineTuningPlan(Blocked(), FreezePoint.From(layer)).Cut);
        Assert.Throws<UntrainableNodeException>(() => new FineTuningPlan(Blocked(), FreezePoint.From("first")));
    }

    [Fact]
    public void The_layers_that_training_cannot_pass_are_listed_with_reasons()
    {
        var obstacles = Trainability.FindObstacles(Blocked());
        Assert.Contains("(ReverseSequence)", obstacles["first"], StringComparison.Ordinal);
        Assert.DoesNotContain("second", obstacles.Keys);
        Assert.DoesNotContain("third", obstacles.Keys);
    }

    [Fact]
    public void A_network_whose_layers_all_train_has_no_obstacles() => Assert.Empty(Trainability.FindObstacles(TinyNetwork.Backbone()));

    [Fact]
    public void Layers_that_no_gradient_reaches_are_named_and_refused_where_there_is_nothing_else()
    {
        OnnxModel Rounded(bool hasSecond)
        {
            var builder = new GraphBuilder(new GraphProto { Name = "rounded" }, "");
            builder.Input("input", TensorProto.Types.DataType.Float, null, 3, 6, 6);
            string x = builder.Add("Round", [Convolve(builder, "input", "first")]);
            x = hasSecond ? builder.Add("Relu", [Convolve(builder, x, "second")]) : x;
            builder.AddNamed("features", "Flatten", [builder.Add("GlobalAveragePool", [x])]);
            builder.Output("features", TensorProto.Types.DataType.Float, null, 3);
            return TinyNetwork.Model(builder);
        }

        Assert.Equal(["first"], new FineTuningPlan(Rounded(hasSecond: true), FreezePoint.None).UntrainedLayers);
        Assert.Empty(new FineTuningPlan(Rounded(hasSecond: true), FreezePoint.From("second")).UntrainedLayers);
        var error = Assert.Throws<OnnxGraphException>(() => new FineTuningPlan(Rounded(hasSecond: false), FreezePoint.None));
        Assert.Contains("(layers first)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ViT_has_no_obstacles() => Assert.Empty(
        Trainability.FindObstacles(OnnxModel.Load(TestData.Require("models/torch/vit-op17.onnx"))));

    /// <summary>Three convolutions, the first with an operator behind it through which no gradient is written.</summary>
    private static OnnxModel Blocked()
    {
        var builder = new GraphBuilder(new GraphProto { Name = "blocked" }, "");
        builder.Input("input", TensorProto.Types.DataType.Float, null, 3, 6, 6);
        string x = Convolve(builder, "input", "first");
        x = builder.AddNamed("blocked", "ReverseSequence", [x, builder.Int64s(1, 1, 1)]);
        x = builder.Add("Relu", [Convolve(builder, x, "second")]);
        x = builder.Add("GlobalAveragePool", [Convolve(builder, x, "third")]);
        builder.AddNamed("features", "Flatten", [x]);
        builder.Output("features", TensorProto.Types.DataType.Float, null, 3);
        return TinyNetwork.Model(builder);
    }

    private static string Convolve(GraphBuilder builder, string x, string name)
    {
        string weight = builder.Initializer(name + ".weight", new float[9], [3, 3, 1, 1]);
        return builder.AddNamed(name, "Conv", [x, weight], GraphBuilder.Attribute("kernel_shape", 1, 1));
    }
}
