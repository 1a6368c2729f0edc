using System.Diagnostics;
using System.Globalization;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// <c>device DEVICE [--quick]</c>: the training step, featurizing and a whole fine-tuning of MobileNetV2 on the processor and on a device,
/// as a table in Markdown, and which of the networks of <c>models/torch</c> train there. Every training on the device compares itself with
/// the processor first. With <c>cpu</c> the processor's own provider takes the way for devices.
/// </summary>
internal static class DeviceTable
{
    private const int Batch = 32;
    private const int Classes = 10;

    public static async Task RunAsync(string[] arguments)
    {
        var device = Device.Parse(arguments is [var name, ..] && !name.StartsWith('-') ? name : "auto");
        bool quick = arguments.Contains("--quick");
        var processor = new ExecutionOptions { Device = Device.Cpu };
        var other = device == Device.Cpu ? processor with { AsDevice = true } : new ExecutionOptions { Device = device };
        var backbone = Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx"));
        Console.WriteLine($"| what | processor | {device} |");
        Console.WriteLine("| --- | ---: | ---: |");
        foreach (var (freeze, what) in new[] { (FreezePoint.Fraction(0.75), "the last quarter"), (FreezePoint.None, "all layers") })
        {
            int steps = quick ? 3 : 60;
            Line($"training of {what}, batches of 32, images/s", await StepAsync(processor, steps), await StepAsync(other, steps));

            Task<double> StepAsync(ExecutionOptions execution, int count) => TimeStepsAsync(backbone, freeze, execution, count);
        }

        var dataset = ImageDataset.FromFolder(BenchmarkData.Require("datasets/sign_language"));
        int images = quick ? 64 : dataset.Train.Count;
        var features = (await backbone.LoadAsync()).WithoutTop();
        Line(
            "featurizing of files, images/s",
            await FeaturizeAsync(features, backbone, dataset, processor, images),
            await FeaturizeAsync(features, backbone, dataset, other, images));
        double decoded = await FeaturizeAsync(Average(), backbone, dataset, processor, images);
        Line("reading and decoding of files alone, images/s", decoded, decoded);
        if (quick)
            return;
        var (onProcessor, onDevice) = (await FineTuneAsync(backbone, dataset, processor), await FineTuneAsync(backbone, dataset, other));
        Line("a whole fine-tuning, seconds", onProcessor.Seconds, onDevice.Seconds);
        Line("its accuracy, %", 100 * onProcessor.Accuracy, 100 * onDevice.Accuracy);
        Console.WriteLine();
        await CompareNetworksAsync(other);
    }

    /// <summary>Trains every network of PyTorch for some steps; the first is compared with the processor's.</summary>
    private static async Task CompareNetworksAsync(ExecutionOptions execution)
    {
        var preprocessing = Backbones.TinyResNet.Preprocessing;
        string[] files = [.. Directory.GetFiles(BenchmarkData.Require("models/torch"), "*.onnx").Order(StringComparer.Ordinal)];
        int same = 0;
        foreach (string file in files)
        {
            try
            {
                await TimeStepsAsync(Backbone.FromFile(file, preprocessing), FreezePoint.None, execution, steps: 10);
                same++;
            }
            catch (TransferLearningException error)
            {
                Console.WriteLine($"{Path.GetFileName(file)}: {error.Message}");
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{same} of {files.Length} networks of PyTorch train there as on the processor."));
    }

    private static void Line(string what, double processor, double device) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {processor:N1} | {device:N1} |"));

    /// <summary>Images a second of steps on noise: the numbers do not matter to the time.</summary>
    private static async Task<double> TimeStepsAsync(Backbone backbone, FreezePoint freeze, ExecutionOptions execution, int steps)
    {
        var features = (await backbone.LoadAsync()).WithoutTop();
        var plan = new FineTuningPlan(features, freeze);
        var shape = ShapeInference.Infer(plan.Backbone, batchSize: 1)[plan.Cut];
        var random = new SeededRandom(0, RandomPurpose.Weights);
        var noise = new FeatureMatrix(4 * Batch, checked((int)TensorShape.Count(shape)));
        foreach (ref float number in noise.Values.Span)
            number = random.NextSingle();
        int length = (int)features.Outputs[0].Dimensions[^1]!;
        float[] weights = new float[Classes * length];
        foreach (ref float weight in weights.AsSpan())
            weight = 0.01f * (float)random.NextGaussian();
        var head = new LinearHead(length, Classes, weights, new float[Classes]);
        var options = new FineTuningOptions { BatchSize = Batch, Execution = execution };
        var examples = new TrainingExamples(noise, [.. Enumerable.Range(0, noise.Rows).Select(row => row % Classes)]);
        using var runner = new StepRunner(plan.Trainable(features.WithHead(plan.Features, head.AppendTo), options), examples, options);
        runner.BeginEpoch(0);
        for (int step = 0; step < 2; step++)
            runner.Run(0, step, 1e-4);
        var clock = Stopwatch.StartNew();
        for (int step = 0; step < steps; step++)
            runner.Run(0, step % runner.StepsPerEpoch, 1e-4);
        return Batch * steps / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> FeaturizeAsync(
        OnnxModel network, Backbone backbone, ImageDataset dataset, ExecutionOptions execution, int images)
    {
        using var extractor = new FeatureExtractor(network, backbone.Preprocessing, execution);
        string[] paths = [.. dataset.Train.Take(images).Select(image => image.Path)];
        await extractor.ExtractAsync([.. paths.Take(execution.BatchSize)]);
        var clock = Stopwatch.StartNew();
        await extractor.ExtractAsync(paths);
        return paths.Length / clock.Elapsed.TotalSeconds;
    }

    /// <summary>A network that costs nothing: the mean of each color.</summary>
    private static OnnxModel Average()
    {
        var graph = new GraphBuilder(new GraphProto { Name = "average" }, "");
        string image = graph.Input("image", TensorProto.Types.DataType.Float, null, 3, 224, 224);
        graph.AddNamed("mean", "Flatten", [graph.Add("GlobalAveragePool", [image])]);
        graph.Output("mean", TensorProto.Types.DataType.Float, null, 3);
        return graph.ToModel();
    }

    private static async Task<(double Seconds, double Accuracy)> FineTuneAsync(
        Backbone backbone, ImageDataset dataset, ExecutionOptions execution)
    {
        var clock = Stopwatch.StartNew();
        var learner = TransferLearner.From(backbone).WithExecution(execution);
        using var classifier = await learner.FineTuning(new FineTuningOptions { Epochs = 6 }).FitAsync(dataset);
        double seconds = clock.Elapsed.TotalSeconds;
        var images = dataset.Validation.Count > 0 ? dataset.Validation : dataset.Test;
        return (seconds, (await classifier.EvaluateAsync(images)).Report.Accuracy);
    }
}
