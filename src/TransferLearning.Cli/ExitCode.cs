namespace TransferLearning.Cli;

/// <summary>What the process answers to its caller.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A check came to its end and found what would spoil training.</summary>
    public const int Spoiled = 1;

    /// <summary>The network, the storage of weights or a native library is not there: the same call may succeed elsewhere.</summary>
    public const int Unavailable = 1;

    /// <summary>The command line, a file or a folder is not as it must be.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl+C: 128 + SIGINT, as shells expect it.</summary>
    public const int Cancelled = 130;
}
