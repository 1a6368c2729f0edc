namespace TransferLearning;

/// <summary>Converts file system errors to <see cref="WeightStorageException"/> with a remedy.</summary>
internal static class StorageError
{
    // HResult contains errno on Unix, HRESULT_FROM_WIN32 on Windows.
    private const int UnixNoSpace = 28;
    private const int UnixReadOnly = 30;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>Whether it is a file system error.</summary>
    public static bool Is(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>Whether there is no space left.</summary>
    public static bool IsDiskFull(Exception error) => error is IOException && error.HResult is
        UnixNoSpace or LinuxQuota or MacQuota or WindowsDiskFull or WindowsHandleDiskFull;

    /// <summary>The exception to throw.</summary>
    /// <param name="error">The file system error.</param>
    /// <param name="path">The file or folder.</param>
    /// <param name="neededBytes">The required space, if known.</param>
    public static WeightStorageException For(Exception error, string path, long? neededBytes = null)
    {
        const string elsewhere =
            $"or set another folder with {CacheFolder.HomeVariable} or {nameof(WeightCacheOptions)}.{nameof(WeightCacheOptions.Folder)}";
        if (IsDiskFull(error))
        {
            string need = neededBytes is { } bytes ? FormattableString.Invariant($" {bytes} bytes are needed.") : "";
            return new WeightStorageException($"There is no space left to write '{path}'.{need} Free some space, {elsewhere}.", error);
        }

        return error is UnauthorizedAccessException || error.HResult == UnixReadOnly
            ? new WeightStorageException($"'{path}' cannot be written or read: {error.Message} Allow it, {elsewhere}.", error)
            : new WeightStorageException($"'{path}' cannot be used: {error.Message} Check the folder, {elsewhere}.", error);
    }
}
