using System.Diagnostics;

namespace TransferLearning.Tests.TestSupport;

/// <summary>The shell of Unix, for what .NET has no call for: pipes, permissions, names that are not valid text.</summary>
internal static class Shell
{
    /// <summary>Runs a command that must succeed.</summary>
    public static void Run(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]))!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
