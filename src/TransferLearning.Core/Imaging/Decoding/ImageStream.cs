namespace TransferLearning;

/// <summary>Reads the content of an image from a stream.</summary>
internal static class ImageStream
{
    private const int FirstBytes = 64 << 10;

    /// <summary>Reads a stream to its end, or to the limit.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="most">The maximum number of bytes, 1 to <see cref="ImageDecodeOptions.LargestMaxFileBytes"/>.</param>
    /// <param name="tooLarge">Makes the exception for a stream of more bytes.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The content, in a rented buffer.</returns>
    public static async Task<PooledFile> ReadAsync(
        Stream stream, long most, Func<Exception> tooLarge, CancellationToken cancellationToken)
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
                throw tooLarge();
            if (read == 0)
                return new PooledFile(buffer, length);
            if (length == buffer.Length)
                buffer = Grow(buffer, (int)Math.Min(2L * length, most + 1));
        }
    }

    /// <summary>Reads a stream to its end, or to the limit.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">The name of the image in error messages.</param>
    /// <param name="most">The maximum number of bytes, 1 to <see cref="ImageDecodeOptions.LargestMaxFileBytes"/>.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ImageDecodeException">The stream has more bytes than allowed.</exception>
    public static Task<PooledFile> ReadAsync(Stream stream, string name, long most, CancellationToken cancellationToken) => ReadAsync(
        stream,
        most,
        () => new ImageDecodeException(
            name,
            FormattableString.Invariant($"the stream has more than {most} bytes, the limit; make the image smaller, or raise ") +
                $"{nameof(ImageDecodeOptions)}.{nameof(ImageDecodeOptions.MaxFileBytes)}"),
        cancellationToken);

    private static byte[] Grow(byte[] buffer, int length)
    {
        byte[] larger = PixelBuffers.Rent(length);
        buffer.CopyTo(larger, 0);
        PixelBuffers.Return(buffer);
        return larger;
    }
}
