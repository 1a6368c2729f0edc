using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>
/// The directory of an icon file. Skia skips embedded images that it cannot read and takes the largest of the others, so that a truncated
/// file would silently give a smaller image.
/// </summary>
internal static class IconDirectory
{
    private const int HeaderLength = 6;
    private const int EntryLength = 16;

    /// <summary>Whether the file contains every embedded image completely.</summary>
    public static bool IsComplete(ReadOnlySpan<byte> icon)
    {
        if (icon.Length < HeaderLength)
            return false;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(icon[4..]);
        if (icon.Length < HeaderLength + count * EntryLength)
            return false;
        for (int i = 0; i < count; i++)
        {
            var entry = icon.Slice(HeaderLength + i * EntryLength, EntryLength);
            long end = (long)BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]) + BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
            if (end > icon.Length)
                return false;
        }

        return true;
    }
}
