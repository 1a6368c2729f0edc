namespace TransferLearning;

/// <summary>The state of a file in the cache.</summary>
public enum CachedWeights
{
    /// <summary>The file is not in the cache.</summary>
    Missing,

    /// <summary>The file is in the cache with the right size and SHA-256.</summary>
    Ready,

    /// <summary>The file is in the cache with another size or SHA-256; it is never used.</summary>
    Damaged,
}

/// <summary>
/// A folder of verified weights. A file is downloaded once, by one process while the others wait; interrupted downloads are resumed. A file
/// gets its name only when size and SHA-256 are right, and is verified again each time it is read. A file that was copied into the folder
/// under its name is used as if it had been downloaded.
/// </summary>
/// <remarks>Safe for use from many threads and from many processes on one folder.</remarks>
public sealed class WeightCache
{
    /// <summary>The environment variable that disables downloads.</summary>
    internal const string OfflineVariable = "TRANSFERLEARNING_OFFLINE";

    private const string LockFolder = ".locks";

    private readonly WeightCacheOptions _options;

    /// <summary>Opens the cache; the folder is created with the first download.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range; the message lists every error.</exception>
    /// <exception cref="WeightStorageException">No folder is given and there is no home folder.</exception>
    public WeightCache(WeightCacheOptions? options = null)
        : this(options ?? WeightCacheOptions.Default, Environment.GetEnvironmentVariable)
    {
    }

    internal WeightCache(WeightCacheOptions options, Func<string, string?> environment)
    {
        OptionErrors.ThrowIfAny(options);
        _options = options;
        Folder = CacheFolder.Resolve(options.Folder, environment);
        string? offline = environment(OfflineVariable);
        Offline = options.Offline ?? (offline == "1" || string.Equals(offline, "true", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The absolute path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Whether downloads are disabled.</summary>
    public bool Offline { get; }

    /// <summary>The path of a file in the cache, whether it exists or not: where to copy it manually.</summary>
    public string PathOf(WeightFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Path.Combine(Folder, file.FileName);
    }

    /// <summary>Checks a file, without downloading or changing anything.</summary>
    /// <exception cref="WeightStorageException">The file cannot be read.</exception>
    public async Task<CachedWeights> CheckAsync(WeightFile file, CancellationToken cancellationToken = default)
    {
        string path = PathOf(file);
        if (await VerifiedPathAsync(file, path, cancellationToken).ConfigureAwait(false) is not null)
            return CachedWeights.Ready;
        return File.Exists(path) ? CachedWeights.Damaged : CachedWeights.Missing;
    }

    /// <summary>Ensures that a verified file is in the cache, downloading it if needed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="progress">Told of a download's progress; nothing is reported when none is needed.</param>
    /// <param name="cancellationToken">Stops the download; received bytes are kept for the next attempt.</param>
    /// <returns>The path of the verified file.</returns>
    /// <exception cref="WeightDownloadException">The file is not cached, and downloads are disabled or every address failed.</exception>
    /// <exception cref="WeightVerificationException">
    /// An address serves other content, and no other address serves the right one.
    /// </exception>
    /// <exception cref="WeightStorageException">
    /// The folder cannot be written, the disk is full, or another process keeps its lock.
    /// </exception>
    public Task<string> FetchAsync(
        WeightFile file, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        return GetAsync(file, VerifiedPathAsync, progress, cancellationToken);
    }

    /// <summary>
    /// The content of a file, which the caller disposes: exactly the bytes that were verified, even if the file changes meanwhile.
    /// </summary>
    internal Task<FileContent> ReadAsync(WeightFile file, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        GetAsync(file, VerifiedContentAsync, progress, cancellationToken);

    private async Task<T> GetAsync<T>(
        WeightFile file,
        Func<WeightFile, string, CancellationToken, Task<T?>> verified,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
        where T : class
    {
        string path = PathOf(file);
        if (await verified(file, path, cancellationToken).ConfigureAwait(false) is { } ready)
            return ready;
        if (Offline && !File.Exists(path))
            throw NotCached(file, path, "is not cached");

        string lockPath = CreateFolders(file);
        using var held = await FileLock.AcquireAsync(lockPath, _options.LockTimeout, () => ReportWait(file, lockPath), cancellationToken)
            .ConfigureAwait(false);

        // The previous holder of the lock has probably downloaded the file.
        if (await verified(file, path, cancellationToken).ConfigureAwait(false) is { } fetchedByAnother)
            return fetchedByAnother;
        bool damaged = Quarantine(file, path);
        if (Offline)
            throw NotCached(file, path, damaged ? $"was damaged in the cache and is now '{path}.damaged'" : "is not cached");

        string partialPath = path + ".partial";
        await new WeightFetcher(_options).FetchAsync(file, partialPath, ManualInstallation(file, path, ""), progress, cancellationToken)
            .ConfigureAwait(false);
        Move(partialPath, path);
        return await verified(file, path, cancellationToken).ConfigureAwait(false) ?? throw new WeightStorageException(
            $"'{path}' was downloaded and verified, but now has other content. Check the disk, or set another folder with " +
                $"{CacheFolder.HomeVariable}.");
    }

    private static async Task<string?> VerifiedPathAsync(WeightFile file, string path, CancellationToken cancellationToken)
    {
        using var stream = Open(path);
        if (stream is null || stream.Length != file.Bytes)
            return null;
        return await ContentHash.OfAsync(stream, cancellationToken).ConfigureAwait(false) == file.Sha256 ? path : null;
    }

    private static Task<FileContent?> VerifiedContentAsync(WeightFile file, string path, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var stream = Open(path);
            return stream is null ? null : FileContent.Read(stream, file.Bytes, file.Sha256);
        },
        cancellationToken);

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw StorageError.For(error, path);
        }
    }

    private string CreateFolders(WeightFile file)
    {
        string folder = Path.Combine(Folder, LockFolder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw StorageError.For(error, folder);
        }

        return Path.Combine(folder, file.FileName + ".lock");
    }

    /// <summary>Renames a file with wrong content, so that it can still be inspected; true if there was one.</summary>
    private bool Quarantine(WeightFile file, string path)
    {
        if (!File.Exists(path))
            return false;
        string quarantine = path + ".damaged";
        Move(path, quarantine);
        if (_options.Logger is { } logger)
            BackboneLog.Quarantined(logger, path, $"its size or SHA-256 is not that of {file.FileName}", quarantine);
        return true;
    }

    private static void Move(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw StorageError.For(error, to);
        }
    }

    private void ReportWait(WeightFile file, string lockPath)
    {
        if (_options.Logger is { } logger)
            BackboneLog.Waiting(logger, file.FileName, lockPath);
    }

    private static WeightDownloadException NotCached(WeightFile file, string path, string state) => new(
        $"'{file.FileName}' {state}, and downloads are disabled ({OfflineVariable} or " +
        $"{nameof(WeightCacheOptions)}.{nameof(WeightCacheOptions.Offline)}). {Remedy(file, path)}");

    private static string Remedy(WeightFile file, string path)
    {
        string from = file.Addresses.Count > 0 ? $" from {string.Join(" or ", file.Addresses)}" : "";
        return ManualInstallation(file, path, from);
    }

    private static string ManualInstallation(WeightFile file, string path, string from) => FormattableString.Invariant(
        $"By hand: download it ({file.Bytes} bytes, SHA-256 {file.Sha256}){from} and copy it to '{path}'.");
}
