using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>Appends the execution provider of a device to a session, or says which package is missing.</summary>
internal static class DeviceProvider
{
    /// <summary>What messages of ONNX Runtime name when a device, and not the model, is at fault.</summary>
    private static readonly string[] DeviceWords = ["cuda", "cudnn", "cublas", "directml", "dmlexecution", "HRESULT", "openvino", "coreml"];

    /// <summary>Appends the provider.</summary>
    /// <param name="session">The options of the session.</param>
    /// <param name="device">The device; not <see cref="Device.Auto"/>.</param>
    /// <exception cref="DeviceException">The provider or a library that it needs is missing.</exception>
    public static void Append(SessionOptions session, Device device)
    {
        if (device.Kind == DeviceKind.Cpu)
            return;
        try
        {
            switch (device.Kind)
            {
                case DeviceKind.Cuda:
                    AppendCuda(session, device.Index);
                    break;
                case DeviceKind.DirectML:
                    // DirectML needs both of these.
                    session.EnableMemoryPattern = false;
                    session.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
                    session.AppendExecutionProvider_DML(device.Index);
                    break;
                case DeviceKind.CoreML:
                    session.AppendExecutionProvider("CoreML", new Dictionary<string, string> { ["ModelFormat"] = "MLProgram" });
                    break;
                case DeviceKind.OpenVINO:
                    session.AppendExecutionProvider_OpenVINO("AUTO");
                    break;
                default:
                    throw new InvalidOperationException($"'{device}' is no provider.");
            }
        }
        catch (Exception error) when (error is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw Missing(device, error);
        }
    }

    /// <summary>What is missing for a device, with what was found.</summary>
    public static DeviceException Missing(Device device, Exception error)
    {
        string[] found = Available();
        string named = found.Contains(NameOf(device.Kind))
            ? $"ONNX Runtime has its provider {NameOf(device.Kind)}, but cannot start it; {Needs(device.Kind)}."
            : $"The native library of ONNX Runtime here has no {NameOf(device.Kind)}: reference {Package(device.Kind)} in the " +
                "application in place of Microsoft.ML.OnnxRuntime (see docs/devices.md).";
        return new DeviceException(
            device,
            $"{named} Found on {RuntimeInformation.RuntimeIdentifier}: {(found.Length > 0 ? string.Join(", ", found) : "no provider")}. " +
            $"ONNX Runtime says: {FirstLine(error.Message)}",
            error);
    }

    /// <summary>Whether ONNX Runtime refused a model because of the device: its driver or memory, and not of the model.</summary>
    public static bool IsAtFault(OnnxRuntimeException error) =>
        DeviceWords.Any(word => error.Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The providers that the native library was built with.</summary>
    public static string[] Available() => OrtEnv.Instance().GetAvailableProviders();

    private static void AppendCuda(SessionOptions session, int index)
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(new Dictionary<string, string>
        {
            ["device_id"] = index.ToString(CultureInfo.InvariantCulture),
            // The exhaustive search tries every algorithm for every new shape: seconds for a network, and no faster a step.
            ["cudnn_conv_algo_search"] = "HEURISTIC",
            ["cudnn_conv_use_max_workspace"] = "1",
            ["arena_extend_strategy"] = "kSameAsRequested",
        });
        session.AppendExecutionProvider_CUDA(cuda);
    }

    private static string NameOf(DeviceKind kind) => kind switch
    {
        DeviceKind.Cuda => "CUDAExecutionProvider",
        DeviceKind.DirectML => "DmlExecutionProvider",
        DeviceKind.CoreML => "CoreMLExecutionProvider",
        DeviceKind.OpenVINO => "OpenVINOExecutionProvider",
        _ => "CPUExecutionProvider",
    };

    private static string Package(DeviceKind kind) => kind switch
    {
        DeviceKind.Cuda => "the package Microsoft.ML.OnnxRuntime.Gpu.Linux or Microsoft.ML.OnnxRuntime.Gpu.Windows",
        DeviceKind.DirectML => "the package Microsoft.ML.OnnxRuntime.DirectML (Windows)",
        DeviceKind.CoreML => "a build of ONNX Runtime for macOS or iOS",
        _ => "a build of ONNX Runtime with OpenVINO, such as the package Intel.ML.OnnxRuntime.OpenVino (Windows)",
    };

    private static string Needs(DeviceKind kind) => kind switch
    {
        DeviceKind.Cuda => "it needs a driver of NVIDIA that nvidia-smi sees, and CUDA 13 and cuDNN 9 where the system finds libraries",
        DeviceKind.DirectML => "it needs Windows 10 1903 or later and a card with a DirectX 12 driver",
        DeviceKind.CoreML => "it needs macOS 12 or later",
        _ => "it needs the libraries of OpenVINO where the system finds libraries",
    };

    private static string FirstLine(string text) => text.AsSpan().Trim().EnumerateLines().GetEnumerator() is var lines && lines.MoveNext()
        ? lines.Current.ToString()
        : "nothing";
}
