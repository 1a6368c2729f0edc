namespace TransferLearning.Imaging;

/// <summary>The content of a file in a rented buffer, which goes back on <see cref="Dispose"/>, called once.</summary>
internal readonly struct PooledFile : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;

    private PooledFile(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    /// <summary>The content.</summary>
    public ReadOnlySpan<byte> Content => _buffer.AsSpan(0, _length);

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="ImageDecodeException">The file is empty or larger than allowed.</exception>
    public static PooledFile Read(string path, ImageDecodeOptions options)
    {
        using var handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(handle);
        if (length == 0)
            throw new ImageDecodeException(path, "the file is empty; remove it or replace it");
        if (length > options.MaxFileBytes)
        {
            string over = FormattableString.Invariant($"the file has {length} bytes, over the limit of {options.MaxFileBytes}");
            throw new ImageDecodeException(
                path, $"{over}; make it smaller, or raise {nameof(ImageDecodeOptions)}.{nameof(ImageDecodeOptions.MaxFileBytes)}");
        }

        byte[] buffer = PixelBuffers.Rent((int)length);
        try
        {
            int read = 0;
            while (read < length)
            {
                int count = RandomAccess.Read(handle, buffer.AsSpan(read, (int)length - read), read);
                if (count == 0)
                    break;
                read += count;
            }

            return new PooledFile(buffer, read);
        }
        catch
        {
            PixelBuffers.Return(buffer);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => PixelBuffers.Return(_buffer);
}
