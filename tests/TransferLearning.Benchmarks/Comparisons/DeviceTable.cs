using System.Diagnostics;
using System.Globalization;
using TransferLearning.Benchmarks.Measuring;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// <c>device DEVICE [--quick]</c>: the training step, featurizing and a whole fine-tuning of MobileNetV2 on the processor and on a device,
/// as a table in Markdown, with PyTorch's step on the device where Python has it, and then <see cref="DeviceNetworks"/>. Every training on
/// the device compares itself with the processor first. With <c>cpu</c> the processor's own provider takes the way for devices.
/// </summary>
internal static class DeviceTable
{
    private const int Batch = StepWork.Batch;
    private const int LargeBatch = 128;
    private const int Classes = StepWork.Classes;

    /// <summary>In an epoch: only the first one is not written while another is computed.</summary>
    private const int BatchesOfNoise = 16;

    /// <summary>A device needs a fraction of a second for the images of the data set, of which starting the threads is a part.</summary>
    private const int ImagesOnDevice = 12_000;

    public static async Task RunAsync(string[] arguments)
    {
        var device = Device.Parse(arguments is [var name, ..] && !name.StartsWith('-') ? name : "auto");
        bool quick = arguments.Contains("--quick");
        var processor = new ExecutionOptions { Device = Device.Cpu };
        var other = DeviceNetworks.On(device);
        var backbone = Backbone.FromFile(BenchmarkData.Require("models/mobilenetv2-1.0-224.onnx"));
        int steps = quick ? 3 : 60;
        var peer = await TorchStepsAsync(device, steps);
        Console.WriteLine($"| what | processor | {device} | PyTorch, {device} |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        foreach (var (freeze, what, torch) in new[]
        {
            (FreezePoint.Fraction(0.75), "the last quarter", peer.Quarter), (FreezePoint.None, "all layers", peer.Whole),
        })
        {
            var onProcessor = await TimeStepsAsync(backbone, freeze, processor, steps);
            var onDevice = await TimeStepsAsync(backbone, freeze, other, steps);
            Line($"training of {what}, batches of {Batch}, images/s", onProcessor.Steps, onDevice.Steps, torch);
            Line("the same with batches that are there already, images/s", onProcessor.OneBatch, onDevice.OneBatch);
        }

        var dataset = ImageDataset.FromFolder(BenchmarkData.Require("datasets/sign_language"));
        string[] images = [.. dataset.Train.Take(quick ? 64 : dataset.Train.Count).Select(image => image.Path)];
        string[] many = [.. Enumerable.Repeat(images, quick ? 1 : ImagesOnDevice / images.Length).SelectMany(paths => paths)];
        var features = (await backbone.LoadAsync()).WithoutTop();
        double featurized = await FeaturizeAsync(features, backbone, images, processor);
        foreach (var execution in (ExecutionOptions[])[other, other with { BatchSize = LargeBatch }])
        {
            string batches = string.Create(CultureInfo.InvariantCulture, $"featurizing of files, batches of {execution.BatchSize} there");
            Line($"{batches}, images/s", featurized, await FeaturizeAsync(features, backbone, many, execution));
        }

        Line("reading and decoding of files alone, images/s", await FeaturizeAsync(Average(), backbone, many, processor), null);
        if (quick)
            return;
        var (slow, fast) = (await FineTuneAsync(backbone, dataset, processor), await FineTuneAsync(backbone, dataset, other));
        Line("a whole fine-tuning, seconds", slow.Seconds, fast.Seconds);
        Line("its accuracy, %", 100 * slow.Accuracy, 100 * fast.Accuracy);
        Console.WriteLine();
        await DeviceNetworks.CompareAsync(other);
    }

    /// <summary>Images a second of PyTorch's steps on the device; null where Python or PyTorch is missing.</summary>
    private static async Task<(double? Quarter, double? Whole)> TorchStepsAsync(Device device, int steps)
    {
        try
        {
            string script = BenchmarkData.InRepository("tests/TransferLearning.Benchmarks/peers/torch_step.py");
            using var python = LineProcess.Start("python3", null, script, $"{device}", steps.ToString(CultureInfo.InvariantCulture));
            double[] found = [.. (await python.EndAsync()).Split().Where(word => word.Length > 0)
                .Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
            return (found[0], found[1]);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            await Console.Error.WriteLineAsync($"No steps of PyTorch: {error.Message}");
            return (null, null);
        }
    }

    private static void Line(string what, double processor, double? device, double? peer = null) =>
        Console.WriteLine($"| {what} | {Number(processor)} | {Number(device)} | {Number(peer)} |");

    private static string Number(double? value) => value?.ToString("N1", CultureInfo.InvariantCulture) ?? "";

    /// <summary>
    /// Images a second of steps on noise, since the numbers do not matter to the time; and of steps whose batches are copied to the device,
    /// but not written.
    /// </summary>
    private static async Task<(double Steps, double OneBatch)> TimeStepsAsync(
        Backbone backbone, FreezePoint freeze, ExecutionOptions execution, int steps)
    {
        var features = (await backbone.LoadAsync()).WithoutTop();
        var plan = new FineTuningPlan(features, freeze);
        var shape = ShapeInference.Infer(plan.Backbone, batchSize: 1)[plan.Cut];
        var random = new SeededRandom(0, RandomPurpose.Weights);
        var noise = new FeatureMatrix(BatchesOfNoise * Batch, checked((int)TensorShape.Count(shape)));
        foreach (ref float number in noise.Values.Span)
            number = random.NextSingle();
        var options = new FineTuningOptions { BatchSize = Batch, Execution = execution };
        var examples = new TrainingExamples(noise, [.. Enumerable.Range(0, noise.Rows).Select(row => row % Classes)]);
        using var runner = new StepRunner(StepWork.WithHead(plan, options), examples, options);
        runner.BeginEpoch(0);
        for (int step = 0; step < 2; step++)
            runner.Run(0, step, 1e-4);
        var clock = Stopwatch.StartNew();
        for (int step = 0; step < steps; step++)
            runner.Run(0, step % runner.StepsPerEpoch, 1e-4);
        double all = Batch * steps / clock.Elapsed.TotalSeconds;
        clock.Restart();
        for (int step = 0; step < steps; step++)
        {
            runner.Session.ComputeWhile(1e-4, step + 1, runner.Session.SendNextBatch);
            runner.Session.Adopt();
            if (runner.Session.NextBatch is not null)
                runner.Session.TakeNextBatch();
        }

        return (all, Batch * steps / clock.Elapsed.TotalSeconds);
    }

    /// <summary>Images a second, after a first pass that finds the kernels of the device and takes the memory of the threads.</summary>
    private static async Task<double> FeaturizeAsync(OnnxModel network, Backbone backbone, string[] paths, ExecutionOptions execution)
    {
        using var extractor = new FeatureExtractor(network, backbone.Preprocessing, execution);
        await extractor.ExtractAsync([.. paths.Take(execution.EffectiveThreads * execution.BatchSize)]);
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
