using System.Runtime.InteropServices;

namespace TransferLearning;

/// <summary>
/// The bytes of a file that is read whole, in native memory: it goes back the moment it is disposed, whereas an array of the size of a
/// network's weights would stay until a collection of the oldest generation.
/// </summary>
internal sealed unsafe class FileContent : IDisposable
{
    private readonly int _length;
    private void* _bytes;

    private FileContent(int length)
    {
        _length = length;
        _bytes = NativeMemory.Alloc((nuint)length);
    }

    /// <summary>The bytes; not to be used after <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The content has been disposed.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return new(_bytes, _length);
        }
    }

    /// <summary>The same bytes, which may be changed: they are this object's own.</summary>
    /// <exception cref="ObjectDisposedException">The content has been disposed.</exception>
    public Span<byte> Changeable
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return new(_bytes, _length);
        }
    }

    /// <summary>Reads a file of a known length.</summary>
    /// <param name="stream">The file, open for reading.</param>
    /// <param name="length">The number of bytes, up to 2 GB.</param>
    /// <returns>The content, which the caller disposes; null if the file has become shorter.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileContent? Read(FileStream stream, long length) => Read(stream, length, static _ => true);

    /// <summary>Reads a file that must be the expected one.</summary>
    /// <param name="stream">The file, open for reading.</param>
    /// <param name="length">The expected number of bytes.</param>
    /// <param name="sha256">The expected SHA-256, in lower-case hexadecimal.</param>
    /// <returns>The content, which the caller disposes; null if the file has another one.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileContent? Read(FileStream stream, long length, string sha256) =>
        stream.Length == length ? Read(stream, length, content => ContentHash.Of(content.Bytes) == sha256) : null;

    private static FileContent? Read(FileStream stream, long length, Func<FileContent, bool> isExpected)
    {
        var content = new FileContent(checked((int)length));
        try
        {
            if (content.Fill(stream) && isExpected(content))
                return content;
        }
        catch
        {
            content.Dispose();
            throw;
        }

        content.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
    }

    private bool Fill(FileStream stream)
    {
        for (int filled = 0; filled < _length;)
        {
            int read = RandomAccess.Read(stream.SafeFileHandle, new Span<byte>((byte*)_bytes + filled, _length - filled), filled);
            if (read == 0)
                return false;
            filled += read;
        }

        return true;
    }
}
