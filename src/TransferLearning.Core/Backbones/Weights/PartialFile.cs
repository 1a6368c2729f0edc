namespace TransferLearning;

/// <summary>
/// A partially downloaded file. It survives the process, so that the next attempt can resume; only a complete and verified file is renamed
/// to its final name.
/// </summary>
/// <remarks>
/// Every file system error becomes a <see cref="WeightStorageException"/>, so that it is not mistaken for a network error.
/// </remarks>
internal sealed class PartialFile : IDisposable
{
    private readonly WeightFile _file;
    private readonly FileStream _stream;

    private PartialFile(WeightFile file, FileStream stream)
    {
        _file = file;
        _stream = stream;
    }

    /// <summary>The bytes received so far.</summary>
    public long Length => _stream.Position;

    /// <summary>Whether all bytes have been received.</summary>
    public bool IsComplete => Length == _file.Bytes;

    /// <summary>Opens the file of an earlier attempt, or starts a new one.</summary>
    public static PartialFile Open(WeightFile file, string path)
    {
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, useAsync: true);
            var partial = new PartialFile(file, stream);
            stream.Seek(0, SeekOrigin.End);
            if (partial.Length > file.Bytes)
                partial.Clear();
            return partial;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw StorageError.For(error, path);
        }
    }

    /// <summary>Discards the received bytes.</summary>
    public void Clear()
    {
        try
        {
            _stream.SetLength(0);
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw StorageError.For(error, _stream.Name, _file.Bytes);
        }
    }

    /// <summary>
    /// Appends bytes. It cannot be cancelled, so that the length always matches what was written; if the disk is full, the received bytes
    /// are discarded to free the space.
    /// </summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes).ConfigureAwait(false);
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            if (StorageError.IsDiskFull(error))
                Clear();
            throw StorageError.For(error, _stream.Name, _file.Bytes);
        }
    }

    /// <summary>Reads the file from the start and computes its SHA-256, as lower-case hexadecimal digits.</summary>
    public async Task<string> HashAsync(CancellationToken cancellationToken)
    {
        try
        {
            _stream.Flush(flushToDisk: true);
            _stream.Seek(0, SeekOrigin.Begin);
            string hash = await ContentHash.OfAsync(_stream, cancellationToken).ConfigureAwait(false);
            _stream.Seek(0, SeekOrigin.End);
            return hash;
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            throw StorageError.For(error, _stream.Name, _file.Bytes);
        }
    }

    /// <summary>Closes the file. It is kept for the next attempt, unless it is empty.</summary>
    public void Dispose()
    {
        bool empty = Length == 0;
        _stream.Dispose();
        if (empty)
            RemoveEmpty(_stream.Name);
    }

    private static void RemoveEmpty(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (StorageError.Is(error))
        {
            // An empty file is harmless, and the exception in progress is more important than this one.
        }
    }
}
