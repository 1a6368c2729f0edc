using System.Globalization;

namespace TransferLearning.Tests.Cli;

/// <summary>Where a child process can be told to stop as Ctrl+C tells it.</summary>
internal static class CtrlC
{
    private const string Ignored = "SigIgn:";
    private const int SigInt = 2;

    /// <summary>
    /// Skips the test on Windows, and where this process was started in the background and children inherit that they ignore SIGINT.
    /// </summary>
    public static void SkipWhereIgnored()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a process cannot be sent Ctrl+C alone on Windows");
        if (!OperatingSystem.IsLinux())
            return;
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Ignored, StringComparison.Ordinal));
        string mask = line[Ignored.Length..].Trim();
        ulong signals = ulong.Parse(mask, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Assert.SkipWhen((signals >> (SigInt - 1) & 1) != 0, "SIGINT is ignored here: the tests run in the background of a shell");
    }
}
