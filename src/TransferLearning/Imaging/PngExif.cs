using System.Buffers.Binary;

namespace TransferLearning.Imaging;

/// <summary>
/// Finds the orientation in the <c>eXIf</c> chunk of a PNG, which Skia's codec does not look at (source: PNG specification, third
/// edition).
/// </summary>
internal static class PngExif
{
    private const int SignatureLength = 8;
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>The orientation; upright where there is none or where it makes no sense.</summary>
    public static ImageOrientation ReadOrientation(ReadOnlySpan<byte> png)
    {
        // A chunk is length, type, data and checksum: 4, 4, length and 4 bytes.
        var rest = png.Length > SignatureLength ? png[SignatureLength..] : default;
        while (rest.Length >= 12)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
                break;
            if (rest[4..].StartsWith("eXIf"u8))
                return ReadTiff(rest.Slice(8, (int)length));
            rest = rest[(12 + (int)length)..];
        }

        return ImageOrientation.Upright;
    }

    /// <summary>Reads the first directory of an EXIF block, which has the form of a TIFF file.</summary>
    private static ImageOrientation ReadTiff(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 8 || (!little && !tiff.StartsWith("MM\0*"u8)))
            return ImageOrientation.Upright;
        uint offset = Read32(tiff[4..], little);
        if (offset > tiff.Length - 2)
            return ImageOrientation.Upright;
        var directory = tiff[(int)offset..];
        int entries = Read16(directory, little);
        for (int i = 0; i < entries && 14 + 12 * i <= directory.Length; i++)
        {
            // An entry is tag, type, count and value: 2, 2, 4 and 4 bytes.
            var entry = directory.Slice(2 + 12 * i, 12);
            if (Read16(entry, little) != OrientationTag)
                continue;
            int value = Read16(entry[2..], little) == ShortType ? Read16(entry[8..], little) : 0;
            return value is >= 1 and <= 8 ? (ImageOrientation)value : ImageOrientation.Upright;
        }

        return ImageOrientation.Upright;
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
