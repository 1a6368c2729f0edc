using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>
/// Finds the orientation in the EXIF data of an image: in an <c>APP1</c> segment of a JPEG, and in the <c>eXIf</c> chunk of a PNG, which Skia's
/// codec does not look at (sources: Exif 2.32; PNG specification, third edition).
/// </summary>
internal static class ExifOrientation
{
    private const int PngSignatureLength = 8;
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>The orientation of a JPEG; upright where there is none or where it makes no sense.</summary>
    public static ImageOrientation OfJpeg(ReadOnlySpan<byte> jpeg)
    {
        var segments = new JpegSegments(jpeg);
        while (segments.MoveNext() && segments.Marker is not (0xDA or 0xD9))
        {
            // Other data take the same segment, and a byte of any value follows the name.
            var content = segments.Content;
            if (segments.Marker == 0xE1 && content.Length > 6 && content.StartsWith("Exif\0"u8) && OfTiff(content[6..]) is { } orientation)
                return orientation;
        }

        return ImageOrientation.Upright;
    }

    /// <summary>The orientation of a PNG; upright where there is none or where it makes no sense.</summary>
    public static ImageOrientation OfPng(ReadOnlySpan<byte> png)
    {
        // A chunk is length, type, data and checksum: 4, 4, length and 4 bytes.
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

    /// <summary>Reads the first directory of an EXIF block, which has the form of a TIFF file.</summary>
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
            // An entry is tag, type, count and value: 2, 2, 4 and 4 bytes.
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
