namespace TransferLearning;

/// <summary>The scans of a JPEG, counted without decoding it.</summary>
/// <param name="Scans">The number of scans, counted up to <see cref="MaxScans"/> + 1.</param>
/// <param name="IsComplete">Whether there is an end marker.</param>
internal readonly record struct JpegStructure(int Scans, bool IsComplete)
{
    /// <summary>The largest number of scans. Encoders write about ten.</summary>
    public const int MaxScans = 100;

    /// <summary>
    /// The largest product of scans and pixels. Each scan covers the whole image, so a small file with many scans keeps a decoder busy;
    /// this limit bounds it to seconds, and allows twenty scans for an image of 100 megapixels.
    /// </summary>
    public const long MaxScannedPixels = 2_000_000_000;

    /// <summary>Counts the scans.</summary>
    public static JpegStructure Read(ReadOnlySpan<byte> encoded)
    {
        int scans = 0;
        var segments = new JpegSegments(encoded);
        while (scans <= MaxScans && segments.MoveToNext())
        {
            if (segments.Marker == 0xD9)
                return new JpegStructure(scans, IsComplete: true);
            if (segments.Marker == 0xDA)
                scans++;
        }

        return new JpegStructure(scans, IsComplete: false);
    }

    /// <summary>Why an image of the given size must not be decoded, as a clause; null if it may.</summary>
    public string? Objection(long pixels)
    {
        if (Scans > MaxScans)
            return FormattableString.Invariant($"it is a JPEG with more than {MaxScans} scans, which no camera writes; save it again");
        if (Scans * pixels <= MaxScannedPixels)
            return null;
        string scanned = FormattableString.Invariant($"{pixels} pixels in {Scans} scans");
        return $"it is a JPEG with {scanned}, which would take too long to decode; save it again, not progressive";
    }
}
