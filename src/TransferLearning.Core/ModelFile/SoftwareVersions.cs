using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>What software made a model, for its metadata.</summary>
internal static class SoftwareVersions
{
    /// <summary>The versions of this library, ONNX Runtime and .NET.</summary>
    public static string Current { get; } =
        $"TransferLearning {OfLibrary()}, ONNX Runtime {OrtEnv.Instance().GetVersionString()}, {RuntimeInformation.FrameworkDescription}";

    private static string OfLibrary() =>
        typeof(SoftwareVersions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
