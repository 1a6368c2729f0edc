namespace TransferLearning.Cli;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A check found problems that would affect training.</summary>
    public const int FoundErrors = 1;

    /// <summary>The network, the storage of weights or a native library is not available: the same call may succeed elsewhere.</summary>
    public const int Unavailable = 1;

    /// <summary>The command line, a file or a folder is invalid.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl+C: 128 + SIGINT, the convention of shells.</summary>
    public const int Cancelled = 130;
}
