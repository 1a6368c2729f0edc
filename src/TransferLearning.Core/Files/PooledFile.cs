using Microsoft.Win32.SafeHandles;

namespace TransferLearning;

/// <summary>The content of a file in a rented buffer, which <see cref="Dispose"/> returns; called once.</summary>
internal readonly struct PooledFile : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;

    /// <summary>The first bytes of a buffer of <see cref="PixelBuffers"/>, which now belongs to this.</summary>
    public PooledFile(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    /// <summary>The number of bytes.</summary>
    public int Length => _length;

    /// <summary>The content.</summary>
    public ReadOnlySpan<byte> Content => _buffer.AsSpan(0, _length);

    /// <summary>Reads an open file completely.</summary>
    /// <param name="handle">The open file.</param>
    /// <param name="length">Its length in bytes; a file that has been truncated since is read to its end.</param>
    public static PooledFile Read(SafeFileHandle handle, int length)
    {
        byte[] buffer = PixelBuffers.Rent(length);
        try
        {
            int read = 0;
            while (read < length)
            {
                int count = RandomAccess.Read(handle, buffer.AsSpan(read, length - read), read);
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
