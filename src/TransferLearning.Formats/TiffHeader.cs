using System.Buffers.Binary;

namespace TransferLearning;

/// <summary>The first directory of a TIFF file, as far as it tells images from raw files of cameras.</summary>
internal static class TiffHeader
{
    private const ushort NewSubfileType = 254, Photometric = 262, Make = 271, SubDirectories = 330, DngVersion = 50706;
    private const uint ColourFilterArray = 32803, LinearRaw = 34892;
    private const int EntryLength = 12;

    /// <summary>
    /// Whether the file is raw data of a camera: it says so, or its first image is a small version, with the maker of a camera and the
    /// real image elsewhere.
    /// </summary>
    public static bool IsCameraRaw(ReadOnlySpan<byte> file)
    {
        if (file.Length < 8)
            return false;
        bool little = file[0] == (byte)'I';
        uint directory = Number32(file[4..], little);
        if (directory > file.Length - 2)
            return false;
        int count = Number16(file[(int)directory..], little);
        bool isReduced = false, hasMake = false, hasOthers = false;
        for (int i = 0; i < count; i++)
        {
            long at = directory + 2L + ((long)i * EntryLength);
            if (at + EntryLength > file.Length)
                break;
            var entry = file[(int)at..];
            uint value = Number16(entry[2..], little) == 3 ? Number16(entry[8..], little) : Number32(entry[8..], little);
            switch (Number16(entry, little))
            {
                case DngVersion:
                case Photometric when value is ColourFilterArray or LinearRaw:
                    return true;
                case NewSubfileType:
                    isReduced = (value & 1) != 0;
                    break;
                case Make:
                    hasMake = true;
                    break;
                case SubDirectories:
                    hasOthers = true;
                    break;
            }
        }

        return isReduced && hasMake && hasOthers;
    }

    private static ushort Number16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint Number32(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
