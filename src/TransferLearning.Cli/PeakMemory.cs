using System.Diagnostics;

namespace TransferLearning.Cli;

/// <summary>What this process has needed at most.</summary>
internal static class PeakMemory
{
    /// <summary>The largest resident memory so far, native memory included; 0 where the system does not tell.</summary>
    public static long Bytes
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }
}
