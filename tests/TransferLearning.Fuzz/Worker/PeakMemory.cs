using System.Diagnostics;

namespace TransferLearning.Fuzz;

/// <summary>The most memory that this process has held at once.</summary>
internal static class PeakMemory
{
    /// <summary>In bytes.</summary>
    public static long Read()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
