using System.Runtime.InteropServices;

namespace TransferLearning.Cli;

/// <summary>
/// The published packages of ONNX Runtime report their use to their maker and keep an identifier of the machine in the home folder. A tool
/// that works on somebody's images tells nobody anything unless it is asked to.
/// </summary>
internal static partial class RuntimeTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

    /// <summary>Turns the reports off; call it before ONNX Runtime is loaded. Who has set the variable himself keeps his choice.</summary>
    public static void TurnOff()
    {
        // Native code does not see what Environment.SetEnvironmentVariable sets: .NET keeps a copy of its own. On Windows nothing is sent
        // unless the settings of the system allow it.
        if (!OperatingSystem.IsWindows())
            _ = SetVariable(Switch, "1", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
