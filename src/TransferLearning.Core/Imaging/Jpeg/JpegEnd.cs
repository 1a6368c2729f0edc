namespace TransferLearning;

/// <summary>The end mark of a JPEG, which some cameras and broken copies leave out although all pixels are there.</summary>
internal static class JpegEnd
{
    private const int MostZeros = 2;

    /// <summary>The number of bytes of the mark.</summary>
    public const int Length = 2;

    /// <summary>The file with an end mark.</summary>
    /// <param name="encoded">The file.</param>
    /// <param name="buffer">Memory for the file and the mark.</param>
    public static ReadOnlySpan<byte> Append(ReadOnlySpan<byte> encoded, byte[] buffer)
    {
        encoded.CopyTo(buffer);
        buffer[encoded.Length] = 0xFF;
        buffer[encoded.Length + 1] = 0xD9;
        return buffer.AsSpan(0, encoded.Length + Length);
    }

    /// <summary>
    /// The file with its end mark if it lacks only that, perhaps with zeros in its place; empty if pixels are missing, or if it is of a
    /// kind of which that cannot be told.
    /// </summary>
    /// <param name="encoded">A file without an end mark.</param>
    /// <param name="buffer">Memory for the file and the mark.</param>
    public static ReadOnlySpan<byte> Complete(ReadOnlySpan<byte> encoded, byte[] buffer)
    {
        // A stuffed zero behind 255, or a last byte of zero bits, belongs to the image. More zeros could pass for pixels that are missing.
        int first = encoded.TrimEnd((byte)0).Length;
        for (int length = first; length <= Math.Min(first + MostZeros, encoded.Length); length++)
        {
            var candidate = Append(encoded[..length], buffer);
            if (JpegFrame.Read(candidate) is { } frame ? JpegReader.IsComplete(candidate, frame)
                : ProgressiveJpeg.IsComplete(encoded[..length]))
                return candidate;
        }

        return [];
    }
}
