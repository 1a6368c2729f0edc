namespace TransferLearning;

/// <summary>The end mark of a JPEG, which some cameras and broken copies leave out although all pixels are there.</summary>
internal static class JpegEnd
{
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
    /// The file with its end mark if it lacks only that, perhaps with zeros in its place; empty if pixels are missing, or if it is no
    /// common JPEG, of which that cannot be told.
    /// </summary>
    /// <param name="encoded">A file without an end mark.</param>
    /// <param name="buffer">Memory for the file and the mark.</param>
    public static ReadOnlySpan<byte> Complete(ReadOnlySpan<byte> encoded, byte[] buffer)
    {
        var trimmed = encoded.TrimEnd((byte)0);

        // A stuffed zero behind 255, or a last byte of zero bits, belongs to the image.
        int[] lengths = [encoded.Length, trimmed.Length, trimmed.Length + 1];
        foreach (int length in lengths)
        {
            if (length > encoded.Length)
                continue;
            var candidate = Append(encoded[..length], buffer);
            if (JpegFrame.Read(candidate) is { } frame && JpegReader.IsComplete(candidate, frame))
                return candidate;
        }

        return [];
    }
}
