using Microsoft.Extensions.Logging;

namespace TransferLearning;

/// <summary>What the cache and the backbones tell a logger.</summary>
internal static partial class BackboneLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Warning}")]
    public static partial void UnverifiedPreprocessing(ILogger logger, string warning);

    [LoggerMessage(2, LogLevel.Information, "Fetching '{FileName}' ({Bytes} bytes) from {Address}, starting at byte {Start}.")]
    public static partial void Fetching(ILogger logger, string fileName, long bytes, Uri address, long start);

    [LoggerMessage(3, LogLevel.Warning, "Attempt {Attempt} to fetch '{FileName}' from {Address} failed; the next one follows in {Delay}.")]
    public static partial void Retrying(ILogger logger, Exception error, int attempt, string fileName, Uri address, TimeSpan delay);

    [LoggerMessage(4, LogLevel.Warning, "'{FileName}' cannot be fetched from {Address}; the next address follows.")]
    public static partial void NextAddress(ILogger logger, Exception error, string fileName, Uri address);

    [LoggerMessage(5, LogLevel.Warning, "The cached file '{Path}' is damaged ({Reason}); it was moved to '{Quarantine}'.")]
    public static partial void Quarantined(ILogger logger, string path, string reason, string quarantine);

    [LoggerMessage(6, LogLevel.Information, "Waiting for another process that fetches '{FileName}' (it holds '{LockPath}').")]
    public static partial void Waiting(ILogger logger, string fileName, string lockPath);
}
