using System.Runtime.InteropServices;

namespace TransferLearning.Cli;

/// <summary>
/// The published packages of ONNX Runtime send telemetry and keep an identifier of the machine in the home folder. This tool works on the
/// user's own images, so telemetry is off unless the user enables it.
/// </summary>
internal static partial class RuntimeTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    /// <summary>Disables telemetry; call it before ONNX Runtime is loaded. An existing value of the variable is respected.</summary>
    public static void TurnOff()
    {
        // Native code does not see values of Environment.SetEnvironmentVariable: .NET keeps its own copy. On Windows telemetry follows the
        // system settings.
        if (!OperatingSystem.IsWindows())
            _ = SetVariable(Switch, "1", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
