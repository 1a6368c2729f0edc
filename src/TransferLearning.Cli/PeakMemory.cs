using System.Diagnostics;

namespace TransferLearning.Cli;

/// <summary>The peak memory of this process.</summary>
internal static class PeakMemory
{
    /// <summary>The peak resident memory in bytes, native memory included; 0 if the system does not report it.</summary>
    public static long Bytes
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }
}
