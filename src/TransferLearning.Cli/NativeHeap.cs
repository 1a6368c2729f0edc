using System.Runtime.InteropServices;

namespace TransferLearning.Cli;

/// <summary>
/// While a session opens, ONNX Runtime allocates and frees copies of the weights. The allocator of glibc keeps such blocks for later once
/// it has seen a few of them: a hundred megabytes for a network of sixty.
/// </summary>
internal static partial class NativeHeap
{
    /// <summary>The parameter M_MMAP_THRESHOLD of mallopt; setting it also ends its adjustment by the allocator.</summary>
    private const int MapThreshold = -3;

    private const int LargeBytes = 1 << 20;

    /// <summary>Makes the allocator, where it is that of glibc, return every block of a megabyte or more when it is freed.</summary>
    public static void ReturnLargeBlocks()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetOption(MapThreshold, LargeBytes);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, whose allocator returns large blocks anyway.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int parameter, int value);
}
