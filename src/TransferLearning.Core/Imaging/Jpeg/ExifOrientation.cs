using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>
/// Reads the orientation from the EXIF data of an image: from an <c>APP1</c> segment of a JPEG, and from the <c>eXIf</c> chunk of a PNG,
/// which Skia's codec ignores (sources: Exif 2.32; PNG specification, third edition).
/// </summary>
internal static class ExifOrientation
{
    private const int PngSignatureLength = 8;
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>The orientation of a JPEG; upright if there is none or it is invalid.</summary>
    public static ImageOrientation OfJpeg(ReadOnlySpan<byte> jpeg)
    {
        var segments = new JpegSegments(jpeg);
        while (segments.MoveNext() && segments.Marker is not (0xDA or 0xD9))
        {
            // APP1 may contain other data; the byte after the name may have any value.
            var content = segments.Content;
            if (segments.Marker == 0xE1 && content.Length > 6 && content.StartsWith("Exif\0"u8) && OfTiff(content[6..]) is { } orientation)
                return orientation;
        }

        return ImageOrientation.Upright;
    }

    /// <summary>The orientation of a PNG; upright if there is none or it is invalid.</summary>
    public static ImageOrientation OfPng(ReadOnlySpan<byte> png)
    {
        // A chunk has 4 bytes of length, 4 of type, the data, and 4 of checksum.
        var rest = png.Length > PngSignatureLength ? png[PngSignatureLength..] : default;
        while (rest.Length >= 12)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
                break;
            if (rest[4..].StartsWith("eXIf"u8))
                return OfTiff(rest.Slice(8, (int)length)) ?? ImageOrientation.Upright;
            rest = rest[(12 + (int)length)..];
        }

        return ImageOrientation.Upright;
    }

    /// <summary>Reads the first directory of an EXIF block, which has the format of a TIFF file.</summary>
    private static ImageOrientation? OfTiff(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!little && !tiff.StartsWith("MM\0*"u8)))
            return null;
        uint offset = Read32(tiff[4..], little);
        if (offset > tiff.Length - 2)
            return null;
        var directory = tiff[(int)offset..];
        int entries = Read16(directory, little);
        for (int i = 0; i < entries && 14 + 12 * i <= directory.Length; i++)
        {
            // An entry has 2 bytes of tag, 2 of type, 4 of count and 4 of value.
            var entry = directory.Slice(2 + 12 * i, 12);
            if (Read16(entry, little) != OrientationTag)
                continue;
            int value = Read16(entry[2..], little) == ShortType ? Read16(entry[8..], little) : 0;
            return value is >= 1 and <= 8 ? (ImageOrientation)value : null;
        }

        return null;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
