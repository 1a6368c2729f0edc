using System.Buffers.Binary;

namespace TransferLearning.Imaging;

/// <summary>
/// Looks at the markers of a JPEG without decoding it. Every scan of a progressive JPEG passes over the whole picture, so a small file with
/// thousands of scans keeps a decoder busy for minutes; real encoders write about ten.
/// </summary>
internal static class JpegScans
{
    /// <summary>More scans than this are refused.</summary>
    public const int Limit = 100;

    /// <summary>
    /// Counts the scans up to <see cref="Limit"/> + 1. Markers are found as decoders find them: segments are skipped by their length, and
    /// anything that is no marker is passed over.
    /// </summary>
    public static int Count(ReadOnlySpan<byte> encoded)
    {
        int scans = 0;
        int at = 0;
        while (at < encoded.Length)
        {
            int next = encoded[at..].IndexOf((byte)0xFF);
            if (next < 0 || at + next + 1 >= encoded.Length)
                break;
            at += next + 1;
            byte marker = encoded[at];
            if (marker == 0xFF)
                continue;
            at++;
            switch (marker)
            {
                case 0x00 or 0x01 or (>= 0xD0 and <= 0xD8):
                    continue;
                case 0xD9:
                    return scans;
                case 0xDA when ++scans > Limit:
                    return scans;
            }

            if (at + 2 > encoded.Length)
                break;
            at += BinaryPrimitives.ReadUInt16BigEndian(encoded[at..]);
        }

        return scans;
    }
}
