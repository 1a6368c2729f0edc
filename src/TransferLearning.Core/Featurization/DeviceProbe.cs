using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;

namespace TransferLearning;

/// <summary>Finds out which devices work: a small convolution and a matrix product run on each and on the processor.</summary>
internal static class DeviceProbe
{
    /// <summary>Accelerators may round to 10 bits in a product; a device that is broken is off by far more.</summary>
    private const float Tolerance = 0.01f;

    private const int Size = 16;

    /// <summary>Those that are tried, the fastest kind first.</summary>
    private static readonly Device[] Candidates = [Device.Cuda(), Device.DirectML, Device.CoreML, Device.OpenVINO];

    private static readonly Lazy<Device> Best = new(() => Candidates.FirstOrDefault(device => Try(device).Works) ?? Device.Cpu);

    /// <summary>The device that <see cref="Device.Auto"/> stands for here.</summary>
    public static Device Found => Best.Value;

    /// <summary>Runs on every kind of device, the processor included.</summary>
    public static IReadOnlyList<DeviceStatus> All(CancellationToken cancellationToken)
    {
        var found = new List<DeviceStatus>();
        foreach (var device in (Device[])[Device.Cpu, .. Candidates])
        {
            cancellationToken.ThrowIfCancellationRequested();
            found.Add(Try(device));
        }

        return found;
    }

    /// <summary>Runs on one device.</summary>
    public static DeviceStatus Try(Device device)
    {
        try
        {
            float[] expected = Run(Device.Cpu);
            var clock = Stopwatch.StartNew();
            float[] actual = Run(device);
            string milliseconds = clock.Elapsed.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture);
            float difference = TensorPrimitives.Distance<float>(expected, actual) / TensorPrimitives.Norm<float>(expected);
            return difference <= Tolerance
                ? new DeviceStatus { Device = device, Works = true, Detail = $"opened and ran a small network in {milliseconds} ms" }
                : new DeviceStatus { Device = device, Works = false, Detail = "it computes other numbers than the processor" };
        }
        catch (TransferLearningException error)
        {
            return new DeviceStatus { Device = device, Works = false, Detail = error.Message };
        }
    }

    private static float[] Run(Device device)
    {
        using var session = OnnxSession.Create(
            Network(), new ExecutionOptions { Threads = 1, Device = device }, SessionMode.Latency, "probe of the device");
        float[] image = Numbers(3 * Size * Size, seed: 1);
        using var input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, Size, Size]);
        using var lease = session.Enter();
        using var outputs = lease.Run("x", input, "y", CancellationToken.None);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>Conv 3×3, Relu, mean of each channel, matrix product.</summary>
    private static OnnxModel Network()
    {
        var graph = new GraphBuilder(new GraphProto { Name = "probe" }, "") { Opset = 17 };
        graph.Input("x", TensorProto.Types.DataType.Float, 1, 3, Size, Size);
        string kernel = graph.Initializer("kernel", Numbers(8 * 3 * 9, seed: 2), [8, 3, 3, 3]);
        string y = graph.Add("Relu", [graph.Add("Conv", ["x", kernel], GraphBuilder.Attribute("kernel_shape", 3, 3))]);
        y = graph.Reshape(graph.Add("GlobalAveragePool", [y]), 1, 8);
        graph.AddNamed("y", "MatMul", [y, graph.Initializer("matrix", Numbers(8 * 4, seed: 3), [8, 4])]);
        graph.Output("y", TensorProto.Types.DataType.Float, 1, 4);
        return graph.ToModel();
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new SeededRandom(seed, RandomPurpose.Weights);
        float[] numbers = new float[count];
        foreach (ref float number in numbers.AsSpan())
            number = (float)random.NextGaussian();
        return numbers;
    }
}
