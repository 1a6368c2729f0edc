namespace TransferLearning;

/// <summary>
/// The part of a file that has been received so far. It survives the process, so that the next attempt resumes; only a complete and
/// verified one is renamed to the name under which it is used.
/// </summary>
/// <remarks>Every error of the file system becomes a <see cref="WeightStorageException"/>, so that none is taken for one of the network.</remarks>
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

    /// <summary>True when there are as many bytes as the file has.</summary>
    public bool IsComplete => Length == _file.Bytes;

    /// <summary>Opens what an earlier attempt left behind, or begins anew.</summary>
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

    /// <summary>Drops what has been received.</summary>
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
    /// Appends bytes. It cannot be cancelled, so that the length is always that of what was written; on a full disk what has been received
    /// is dropped, so that the space is free again.
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

    /// <summary>Reads everything back from the start and computes its SHA-256, as lower-case hexadecimal digits.</summary>
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

    /// <summary>Closes the file. It stays on disk for the next attempt, unless there is nothing in it.</summary>
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
            // An empty file harms nobody, and the error that is on its way says more than this one.
        }
    }
}
