using System.Diagnostics;

namespace TransferLearning;

/// <summary>
/// A lock between processes: a file that is open exclusively. The operating system releases it when the process ends for any reason, so a
/// killed process never blocks the others.
/// </summary>
/// <remarks>
/// The empty lock file is kept: removing it would allow one process to lock the removed file while another locks a new one.
/// </remarks>
internal sealed class FileLock : IDisposable
{
    // EAGAIN on Linux and macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION on Windows.
    private const int LinuxHeld = 11;
    private const int MacHeld = 35;
    private const int WindowsSharing = unchecked((int)0x80070020);
    private const int WindowsLock = unchecked((int)0x80070021);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private readonly FileStream _stream;

    private FileLock(FileStream stream) => _stream = stream;

    /// <summary>Acquires the lock, waiting for its holder.</summary>
    /// <param name="path">The lock file; its folder exists.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="onWait">Called once when another process holds the lock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="WeightStorageException">The file cannot be created, or the lock is not released in time.</exception>
    public static async Task<FileLock> AcquireAsync(string path, TimeSpan timeout, Action onWait, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryOpen(path) is { } stream)
                return new FileLock(stream);
            if (pause == FirstPause)
                onWait();
            if (Stopwatch.GetElapsedTime(start) > timeout)
            {
                throw new WeightStorageException(
                    $"Another process has held '{path}' for {timeout}. End that process, or raise " +
                    $"{nameof(WeightCacheOptions)}.{nameof(WeightCacheOptions.LockTimeout)}.");
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Releases the lock.</summary>
    public void Dispose() => _stream.Dispose();

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException error) when (error.HResult is LinuxHeld or MacHeld or WindowsSharing or WindowsLock)
        {
            return null;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw StorageError.For(error, path);
        }
    }
}
