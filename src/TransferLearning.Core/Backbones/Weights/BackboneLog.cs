using Microsoft.Extensions.Logging;

namespace TransferLearning;

/// <summary>The log messages of the cache and the backbones.</summary>
internal static partial class BackboneLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Warning}")]
    public static partial void UnverifiedPreprocessing(ILogger logger, string warning);

    [LoggerMessage(2, LogLevel.Information, "Downloading '{FileName}' ({Bytes} bytes) from {Address}, starting at byte {Start}.")]
    public static partial void Fetching(ILogger logger, string fileName, long bytes, Uri address, long start);

    [LoggerMessage(3, LogLevel.Warning, "Attempt {Attempt} to download '{FileName}' from {Address} failed; retrying in {Delay}.")]
    public static partial void Retrying(ILogger logger, Exception error, int attempt, string fileName, Uri address, TimeSpan delay);

    [LoggerMessage(4, LogLevel.Warning, "'{FileName}' cannot be downloaded from {Address}; trying the next address.")]
    public static partial void NextAddress(ILogger logger, Exception error, string fileName, Uri address);

    [LoggerMessage(5, LogLevel.Warning, "The cached file '{Path}' is damaged ({Reason}); it was moved to '{Quarantine}'.")]
    public static partial void Quarantined(ILogger logger, string path, string reason, string quarantine);

    [LoggerMessage(6, LogLevel.Information, "Waiting for another process that downloads '{FileName}' (it holds '{LockPath}').")]
    public static partial void Waiting(ILogger logger, string fileName, string lockPath);

    [LoggerMessage(7, LogLevel.Information, "The terms of the dataset '{Name}': {License}.")]
    public static partial void DatasetLicense(ILogger logger, string name, string license);
}
