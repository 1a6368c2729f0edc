using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>What the markers of a JPEG say, without decoding it.</summary>
/// <param name="Scans">The number of scans, counted up to <see cref="MaxScans"/> + 1.</param>
/// <param name="IsComplete">Whether the end is marked.</param>
internal readonly record struct JpegStructure(int Scans, bool IsComplete)
{
    /// <summary>The largest number of scans. Real encoders write about ten.</summary>
    public const int MaxScans = 100;

    /// <summary>
    /// The largest product of scans and pixels. Each scan passes over the whole image, so a small file with many scans keeps a decoder
    /// busy; this bound keeps it within seconds, and leaves twenty scans to an image of 100 megapixels.
    /// </summary>
    public const long MaxScannedPixels = 2_000_000_000;

    /// <summary>
    /// Walks over the markers as decoders do: segments are skipped by their length, and what is no marker is passed over.
    /// </summary>
    public static JpegStructure Read(ReadOnlySpan<byte> encoded)
    {
        int scans = 0;
        var rest = encoded;
        while (true)
        {
            int next = rest.IndexOf((byte)0xFF);
            if (next < 0 || next + 1 >= rest.Length)
                return new JpegStructure(scans, IsComplete: false);
            byte marker = rest[next + 1];
            if (marker == 0xFF)
            {
                rest = rest[(next + 1)..];
                continue;
            }

            rest = rest[(next + 2)..];
            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8))
                continue;
            if (marker == 0xD9)
                return new JpegStructure(scans, IsComplete: true);
            if (marker == 0xDA && ++scans > MaxScans)
                return new JpegStructure(scans, IsComplete: false);
            int length = rest.Length < 2 ? rest.Length : BinaryPrimitives.ReadUInt16BigEndian(rest);
            rest = rest[Math.Min(length, rest.Length)..];
        }
    }

    /// <summary>Why an image of the given size must not be decoded, as a clause; null: it may.</summary>
    public string? Objection(long pixels)
    {
        if (Scans > MaxScans)
            return FormattableString.Invariant($"it is a JPEG of more than {MaxScans} scans, which no camera writes; save it anew");
        if (Scans * pixels <= MaxScannedPixels)
            return null;
        string scanned = FormattableString.Invariant($"{pixels} pixels in {Scans} scans");
        return $"it is a JPEG of {scanned}, which would take too long; save it anew, not progressive";
    }
}
