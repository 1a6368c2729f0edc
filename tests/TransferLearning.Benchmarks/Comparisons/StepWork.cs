using TransferLearning.Benchmarks.Architectures;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>A network whose training steps are measured, on numbers of noise: how long a step takes does not depend on them.</summary>
/// <param name="What">What trains, in words.</param>
/// <param name="Peer">What the peer calls the same network.</param>
/// <param name="Steps">The steps of a round, of which the examples are as many batches.</param>
/// <param name="Network">The network with a head.</param>
/// <param name="Examples">The activations where the trained part begins.</param>
internal sealed record StepWork(string What, string Peer, int Steps, TrainableNetwork Network, TrainingExamples Examples)
{
    public const int Batch = 32, Classes = 10;

    /// <summary>
    /// MobileNetV2, the packaged ResNet-18 and a small vision transformer with nothing frozen, and the last parts of the first two, with
    /// images of 224 × 224.
    /// </summary>
    public static async Task<IReadOnlyList<StepWork>> AllAsync(Effort effort)
    {
        var mobileNet = await FeaturesAsync(Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx")));
        var resNet = await FeaturesAsync(Backbones.ResNet18Packaged);
        var stage = FreezePoint.From(StepComparison.FirstTrained(mobileNet));
        int few = effort.Of(3, 2), many = effort.Of(24, 8);
        return
        [
            Of("MobileNetV2, 14 × 14 × 96 on", "mobilenetv2-14x14", mobileNet, stage, many),
            Of("MobileNetV2, all", "mobilenetv2", mobileNet, FreezePoint.None, few),
            Of("ResNet-18, last stage", "resnet18-14x14", resNet, FreezePoint.From(LastStage(resNet)), effort.Of(8, 4)),
            Of("ResNet-18, all", "resnet18", resNet, FreezePoint.None, few),
            Of("ViT tiny, all", "vit_tiny", VitTiny.Build(224, Classes).WithoutTop(), FreezePoint.None, few),
        ];
    }

    private static async Task<OnnxModel> FeaturesAsync(Backbone backbone) =>
        (await backbone.LoadAsync(WeightCacheOptions.Default, null, CancellationToken.None)).WithoutTop();

    /// <summary>The first layer of ResNet's stage with 512 channels.</summary>
    private static string LastStage(OnnxModel resNet) => resNet.Proto.Graph.Node
        .First(node => node.OpType == "Conv" && resNet.Index.Constants[node.Input[1]].Dimensions[0] == 512).Output[0];

    private static StepWork Of(string what, string peer, OnnxModel features, FreezePoint freeze, int steps)
    {
        var plan = new FineTuningPlan(features, freeze);
        var network = WithHead(plan);
        int numbers = (int)TensorShape.Count(ShapeInference.Infer(network.Model, batchSize: 1)[network.Cut]);
        var random = new SeededRandom(0, RandomPurpose.View);
        var activations = new FeatureMatrix(steps * Batch, numbers, Noise(random, steps * Batch * numbers, 1));
        int[] labels = [.. Enumerable.Range(0, steps * Batch).Select(i => i % Classes)];
        return new StepWork(what, peer, steps, network, new TrainingExamples(activations, labels));
    }

    /// <summary>The network of a plan with a head of small weights.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">The rates of its layers; null: all train alike.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="deviation">The standard deviation of the weights.</param>
    public static TrainableNetwork WithHead(
        FineTuningPlan plan, FineTuningOptions? options = null, int classes = Classes, double deviation = 0.01)
    {
        int width = (int)ShapeInference.Infer(plan.Backbone, batchSize: 1)[plan.Features][1];
        float[] weights = Noise(new SeededRandom(0, RandomPurpose.Weights), classes * width, deviation);
        var head = new LinearHead(width, classes, weights, new float[classes]);
        return plan.Trainable(
            plan.Backbone.WithHead(plan.Features, head.AppendTo), options ?? new FineTuningOptions { BackboneRate = 1 });
    }

    /// <summary>SGD with momentum on plain targets.</summary>
    public static FineTuningOptions Options(double rate) => new()
    {
        BatchSize = Batch,
        LabelSmoothing = 0,
        Mixup = 0,
        LearningRate = rate,
        Optimizer = new SgdOptions(),
    };

    private static float[] Noise(SeededRandom random, int count, double deviation)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = (float)(deviation * random.NextGaussian());
        return values;
    }
}
