using System.Globalization;
using System.Numerics.Tensors;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// <c>device-networks DEVICE|PROVIDER</c>: trains every network of <c>models/torch</c>, in its file of operator set 17, for some steps on
/// the processor and on a device, or on an execution provider by the name that ONNX Runtime has for it, such as <c>WebGPU</c>. Each is
/// right there, or it is refused. With <c>cpu</c> the processor's own provider takes the way for devices.
/// </summary>
internal static class DeviceNetworks
{
    private const int Steps = 6;
    private const int Images = 8;
    private const int Batch = 4;
    private const int Classes = 3;
    private const double Rate = 0.01;

    public static async Task RunAsync(string[] arguments)
    {
        string name = arguments is [var given, ..] ? given : "auto";
        ExecutionOptions execution;
        try
        {
            execution = On(Device.Parse(name));
        }
        catch (FormatException)
        {
            execution = new ExecutionOptions { ConfigureSession = session => session.AppendExecutionProvider(name, []) };
        }

        await CompareAsync(execution);
    }

    /// <summary>Work on a device; on the processor it takes the way for devices.</summary>
    public static ExecutionOptions On(Device device) => new() { Device = device, AsDevice = device == Device.Cpu ? true : null };

    /// <summary>
    /// Writes a line for each network: how far the weights are from the processor's after the steps, or why it is refused.
    /// </summary>
    public static async Task CompareAsync(ExecutionOptions execution)
    {
        string[] files = [.. Directory.GetFiles(BenchmarkData.Require("models/torch"), "*-op17.onnx").Order(StringComparer.Ordinal)];
        int right = 0;
        foreach (string file in files)
        {
            string name = Path.GetFileNameWithoutExtension(file);
            try
            {
                double apart = await Task.Run(() => Apart(file, execution));
                right += apart < DeviceCheck.Tolerance ? 1 : 0;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"- {name}: after {Steps} steps {100 * apart:G2}% of the change of the weights apart"));
            }
            catch (DeviceException error)
            {
                Console.WriteLine($"- {name}: {error.Message.ReplaceLineEndings(" ")}");
            }
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{right} of {files.Length} networks of PyTorch train there as on the processor."));
    }

    private static double Apart(string file, ExecutionOptions execution)
    {
        var (_, there) = Train(file, execution);
        var (start, here) = Train(file, new ExecutionOptions { Device = Device.Cpu });
        return TensorPrimitives.Distance<float>(here, there) / TensorPrimitives.Distance<float>(here, start);
    }

    /// <summary>Trains all layers on noise.</summary>
    private static (float[] Start, float[] End) Train(string file, ExecutionOptions execution)
    {
        var backbone = OnnxModel.Load(file).WithSinglePrecision().WithFreeBatch().WithoutTop();
        var plan = new FineTuningPlan(backbone, FreezePoint.None);
        var random = new SeededRandom(0, RandomPurpose.Weights);
        long length = backbone.Inputs[0].Dimensions.Skip(1).Aggregate(1L, (product, size) => product * size!.Value);
        var noise = new FeatureMatrix(Images, (int)length);
        foreach (ref float number in noise.Values.Span)
            number = random.NextSingle();
        var examples = new TrainingExamples(noise, [.. Enumerable.Range(0, Images).Select(image => image % Classes)]);
        if (!plan.CutsAtInput)
        {
            using var frozen = new TrainablePartRunner(
                backbone, backbone.Inputs[0].Name, plan.Cut, Batch, new ExecutionOptions { Device = Device.Cpu });
            examples = new TrainingExamples(frozen.Run(examples, CancellationToken.None), examples.Labels);
        }

        var options = new FineTuningOptions { BatchSize = Batch, Execution = execution, Optimizer = new SgdOptions() };
        var network = StepWork.WithHead(plan, options, Classes, deviation: 0.1);
        using var runner = new StepRunner(network, examples, options);
        float[] start = runner.Parameters.Weights.ToArray();
        for (int step = 0; step < Steps; step++)
        {
            var (epoch, stepOfEpoch) = Math.DivRem(step, runner.StepsPerEpoch);
            if (stepOfEpoch == 0)
                runner.BeginEpoch(epoch);
            runner.Run(epoch, stepOfEpoch, Rate);
        }

        runner.Session.Fetch();
        return (start, runner.Parameters.Weights.ToArray());
    }
}
