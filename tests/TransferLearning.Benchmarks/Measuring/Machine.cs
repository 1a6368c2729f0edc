using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace TransferLearning.Benchmarks.Measuring;

/// <summary>On what was measured, without names of machines.</summary>
/// <param name="Processor">The model of the processor.</param>
/// <param name="Processors">The processors that the process may use.</param>
/// <param name="MemoryGigabytes">The memory that the process may use.</param>
/// <param name="System">The operating system and its architecture.</param>
/// <param name="Dotnet">The version of .NET.</param>
/// <param name="OnnxRuntime">The version of ONNX Runtime.</param>
/// <param name="MLNet">The version of ML.NET.</param>
internal sealed record Machine(
    string Processor, int Processors, int MemoryGigabytes, string System, string Dotnet, string OnnxRuntime, string MLNet)
{
    public static Machine Describe() => new(
        ProcessorName(),
        Environment.ProcessorCount,
        (int)Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30)),
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}",
        Environment.Version.ToString(),
        OrtEnv.Instance().GetVersionString(),
        FileVersionInfo.GetVersionInfo(typeof(Microsoft.ML.MLContext).Assembly.Location).ProductVersion!.Split('+')[0]);

    /// <summary>The load of the last minute, where the system tells it; a busy machine measures badly.</summary>
    public static double? Load() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : null;

    private static string ProcessorName()
    {
        const string key = "model name";
        string? line = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(text => text.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
