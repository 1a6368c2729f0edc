namespace TransferLearning;

/// <summary>The content of an image from a stream, in a rented buffer that goes back on <see cref="Dispose"/>, called once.</summary>
internal readonly struct ImageStream : IDisposable
{
    private const int FirstBytes = 64 << 10;

    private readonly byte[] _buffer;
    private readonly int _length;

    private ImageStream(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    /// <summary>The content.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads a stream to its end, or to the limit.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="most">The maximum number of bytes, 1 to <see cref="ImageDecodeOptions.LargestMaxFileBytes"/>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ImageDecodeException">The stream has more bytes than allowed.</exception>
    public static async Task<ImageStream> ReadAsync(Stream stream, string name, long most, CancellationToken cancellationToken)
    {
        // One byte more than the limit tells a stream of just the limit from a longer one. After an exception the buffer is not returned:
        // a stream that does not stop at once may still write to it.
        byte[] buffer = PixelBuffers.Rent((int)Math.Min(FirstBytes, most + 1));
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read;
            if (length > most)
                throw TooLarge(name, most);
            if (read == 0)
                return new ImageStream(buffer, length);
            if (length == buffer.Length)
                buffer = Grow(buffer, (int)Math.Min(2L * length, most + 1));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => PixelBuffers.Return(_buffer);

    private static byte[] Grow(byte[] buffer, int length)
    {
        byte[] larger = PixelBuffers.Rent(length);
        buffer.CopyTo(larger, 0);
        PixelBuffers.Return(buffer);
        return larger;
    }

    private static ImageDecodeException TooLarge(string name, long most) => new(
        name,
        FormattableString.Invariant($"the stream has more than {most} bytes, the limit; make the image smaller, or raise ") +
            $"{nameof(ImageDecodeOptions)}.{nameof(ImageDecodeOptions.MaxFileBytes)}");
}
