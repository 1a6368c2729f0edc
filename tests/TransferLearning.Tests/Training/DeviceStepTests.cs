using System.Numerics.Tensors;
using TransferLearning.Onnx;
using TransferLearning.Tests.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training;

/// <summary>The way for devices, with the processor's own execution provider as the device.</summary>
public sealed class DeviceStepTests
{
    private const int Steps = 50;
    private const int Classes = 3;

    /// <summary>What makes training take the way for devices: what the hook appends is not known, here nothing.</summary>
    internal static ExecutionOptions OnDevice { get; } = new() { Threads = 1, ConfigureSession = _ => { } };

    /// <summary>The same where the memory has no addresses.</summary>
    private static readonly ExecutionOptions OnHandles = OnDevice with { KeepsTensorsApart = true };

    [Theory]
    [InlineData("TinyResNet", false)]
    [InlineData("models/torch/resnet_bn-op17.onnx", false)]
    [InlineData("models/torch/mobilenetv3-op17.onnx", false)]
    [InlineData("models/torch/mobilenetv3-op17.onnx", true)]
    [InlineData("models/torch/vit-op17.onnx", false)]
    public async Task Weights_after_fifty_steps_are_those_of_the_processor(string name, bool tensorsApart)
    {
        var (network, examples) = await NetworkAsync(name);
        OptimizerOptions[] optimizers =
        [
            new SgdOptions { WeightDecay = 1e-3 },
            new SgdOptions { Nesterov = true },
            new AdamOptions { Epsilon = 1e-2, WeightDecay = 1e-3 },
            new AdamWOptions { Epsilon = 1e-2 },
        ];
        foreach (var optimizer in optimizers)
        {
            var options = TinyNetwork.Options with
            {
                BatchSize = 4,
                Optimizer = optimizer,
                GradientClipping = optimizer is AdamOptions ? 1 : null,
                AdaptiveClipping = optimizer is AdamWOptions or AdamOptions ? 0.05 : null,
                LabelSmoothing = 0.1,
                Mixup = 0.2,
            };
            var (expected, _, loss) = Train(network, examples, options);
            var (actual, _, otherLoss) = Train(
                network, examples, options with { Execution = tensorsApart ? OnHandles : OnDevice });
            float[] start = Start(network, options);
            Assert.Equal(loss, otherLoss, 1e-3);

            // Sums in another order differ in the last bits; where Adam divides by small gradients, fifty steps make more of that.
            float tolerance = optimizer is SgdOptions ? 1e-5f : 5e-3f;
            AssertClose(Minus(expected, start), Minus(actual, start), $"{name}, {optimizer.Describe()}", tolerance);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_on_a_device_can_be_cancelled_resumed_and_goes_on_where_it_was(bool tensorsApart)
    {
        using var folder = new TemporaryFolder();
        var train = TinyNetwork.Examples(60, seed: 1);
        var validation = TinyNetwork.Examples(40, seed: 2);
        var execution = tensorsApart ? OnHandles : OnDevice;
        var options = TinyNetwork.LongRun(folder.File("run")) with { Execution = execution, Epochs = 3 };
        using var source = new CancellationTokenSource();
        var canceller = new ListProgress(value =>
        {
            if (value.Completed == 11)
                source.Cancel();
        });

        Assert.Throws<OperationCanceledException>(
            () => Trainer.Fit(TinyNetwork.Trainable(), train, validation, options, canceller, source.Token));
        var resumed = Trainer.Fit(TinyNetwork.Trainable(), train, validation, options);
        var unbroken = Trainer.Fit(TinyNetwork.Trainable(), train, validation, options with { CheckpointFolder = null });

        Assert.Equal(TinyNetwork.Weights(unbroken.Model), TinyNetwork.Weights(resumed.Model));
        Assert.Equal(
            unbroken.History.Select(epoch => epoch with { Seconds = 0 }), resumed.History.Select(epoch => epoch with { Seconds = 0 }));
    }

    [Fact]
    public void A_step_that_is_not_finite_leaves_the_weights_of_the_step_before()
    {
        var options = TinyNetwork.Options with { Execution = OnDevice };
        using var runner = new StepRunner(TinyNetwork.Trainable(), TinyNetwork.Examples(8, seed: 1), options);
        runner.BeginEpoch(0);
        Assert.True(runner.Run(0, 0, 0.05).IsFinite);
        runner.Session.Fetch();
        float[] before = runner.Parameters.Weights.ToArray();
        runner.Session.Batch.Input.Span.Fill(float.NaN);
        Assert.False(float.IsFinite(runner.Session.Compute(0.05, 2).Loss));
        runner.Session.Fetch();
        Assert.Equal(before, runner.Parameters.Weights.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Batch_statistics_are_those_of_the_processor(bool tensorsApart)
    {
        var (network, examples) = await NetworkAsync("models/torch/resnet_bn-op17.onnx");
        network = network with { TrainsNormalization = true };
        var options = TinyNetwork.Options with { BatchSize = 4 };
        var (expected, statistics, _) = Train(network, examples, options, steps: 5);
        var (actual, otherStatistics, _) = Train(
            network, examples, options with { Execution = tensorsApart ? OnHandles : OnDevice }, steps: 5);
        AssertClose(expected, actual, "weights");
        Assert.NotEmpty(statistics);
        AssertClose(statistics, otherStatistics, "statistics");
    }

    [Theory]
    [InlineData("TinyResNet")]
    [InlineData("models/torch/mobilenetv3-op17.onnx")]
    [InlineData("models/torch/vit-op17.onnx")]
    public async Task Half_precision_trains_nearly_the_same_weights(string name)
    {
        var (network, examples) = await NetworkAsync(name);
        var options = TinyNetwork.Options with { BatchSize = 4 };
        var half = OnDevice with { HalfPrecision = true };
        var (expected, _, loss) = Train(network, examples, options, steps: 20);
        var (actual, _, halfLoss) = Train(network, examples, options with { Execution = half }, steps: 20);
        float[] start = Start(network, options);
        Assert.Equal(loss, halfLoss, 0.02);
        AssertClose(Minus(expected, start), Minus(actual, start), name, tolerance: 0.05f);
        Assert.NotEqual(expected, actual);
    }

    [Fact]
    public void Half_precision_lowers_its_scale_where_gradients_overflow()
    {
        var examples = TinyNetwork.Examples(8, seed: 1);
        var options = TinyNetwork.Options with { Execution = OnDevice with { HalfPrecision = true } };
        using var runner = new StepRunner(TinyNetwork.Trainable(), examples, options);
        runner.BeginEpoch(0);
        var plain = runner.Run(0, 0, 0);

        // Targets that weigh ten thousand times as much: their gradient times the first scale is beyond 65504.
        TensorPrimitives.Multiply(runner.Session.Batch.Targets.Span, 10_000, runner.Session.Batch.Targets.Span);
        Assert.True(double.IsFinite(runner.Session.Compute(0, 1).GradientNorm));
        Assert.True(plain.IsFinite);
    }

    [Theory]
    [InlineData("models/torch/resnet_bn-op17.onnx")]
    public async Task A_step_for_devices_has_no_operator_that_falls_back_to_the_processor(string name)
    {
        var (network, _) = await NetworkAsync(name);
        Assert.Contains(StepGraph.Build(network, 4).Step.Proto.Graph.Node, IsTransposed);
        Assert.DoesNotContain(StepGraph.Build(network, 4, StepForm.Device).Step.Proto.Graph.Node, IsTransposed);

        static bool IsTransposed(TransferLearning.Onnx.Protobuf.NodeProto node) => node.OpType == "ConvTranspose";
    }

    private static async Task<(TrainableNetwork Network, TrainingExamples Examples)> NetworkAsync(string name)
    {
        bool embedded = name == "TinyResNet";
        var model = embedded ? await Backbones.TinyResNet.LoadAsync() : OnnxModel.Load(TestData.Require(name));
        var backbone = model.WithSinglePrecision().WithFreeBatch().WithoutTop();
        var plan = new FineTuningPlan(backbone, embedded ? FreezePoint.Fraction(0.7) : FreezePoint.None);
        int length = (int)backbone.Inputs[0].Dimensions.Skip(1).Aggregate(1L, (product, size) => product * size!.Value);
        var images = new FeatureMatrix(14, length);
        for (int i = 0; i < images.Rows; i++)
            OnnxRun.Noise(i, length).CopyTo(images.RowForWriting(i));
        int[] labels = [.. Enumerable.Range(0, images.Rows).Select(i => i % Classes)];
        var examples = new TrainingExamples(images, labels);
        if (!plan.CutsAtInput)
        {
            using var runner = new TrainablePartRunner(backbone, backbone.Inputs[0].Name, plan.Cut, 7, ExecutionOptions.Default);
            examples = new TrainingExamples(runner.Run(examples, CancellationToken.None), labels);
        }

        var options = new FineTuningOptions { LayerDecay = 0.9 };
        int features = (int)backbone.Outputs[0].Dimensions[^1]!;
        float[] weights = [.. OnnxRun.Noise(5, features * Classes).Select(value => 0.1f * value)];
        var head = new LinearHead(features, Classes, weights, new float[Classes]);
        return (plan.Trainable(backbone.WithHead(plan.Features, head.AppendTo), options), examples);
    }

    private static (float[] Weights, float[] Statistics, double Loss) Train(
        TrainableNetwork network, TrainingExamples examples, TrainingOptions options, int steps = Steps)
    {
        using var runner = new StepRunner(network, examples, options);
        double loss = 0;
        for (int step = 0; step < steps; step++)
        {
            if (step % runner.StepsPerEpoch == 0)
                runner.BeginEpoch(step / runner.StepsPerEpoch);
            loss = runner.Run(step / runner.StepsPerEpoch, step % runner.StepsPerEpoch, options.Optimizer is SgdOptions ? 0.01 : 1e-3).Loss;
        }

        runner.Session.Fetch();
        return (runner.Parameters.Weights.ToArray(), runner.Session.Statistics.Values.ToArray(), loss);
    }

    private static float[] Start(TrainableNetwork network, TrainingOptions options)
    {
        var store = new ParameterStore(network.Parameters, options.Optimizer.Create().SlotCount);
        for (int i = 0; i < store.Parameters.Count; i++)
            network.Model.ReadInitializer(store.Parameters[i].Name).CopyTo(store.Slice(store.Weights, i));
        return store.Weights.ToArray();
    }

    private static float[] Minus(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static void AssertClose(float[] expected, float[] actual, string what, float tolerance = 1e-5f)
    {
        float length = TensorPrimitives.Norm<float>(expected), distance = TensorPrimitives.Distance<float>(expected, actual);
        Assert.True(distance <= tolerance * length, $"{what}: differs by {distance} of {length}");
    }
}
