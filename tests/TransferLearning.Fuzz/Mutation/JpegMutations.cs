using System.Buffers.Binary;

namespace TransferLearning.Fuzz;

/// <summary>Changes of a JPEG by its segments. A byte before the image, as the target has one, stays.</summary>
internal static class JpegMutations
{
    private const int Before = 1;
    private const byte StartOfScan = 0xDA;

    /// <summary>Leaves a segment out, puts one twice, swaps two, or changes a length.</summary>
    public static byte[] Segments(byte[] input, IReadOnlyList<byte[]> others, Random random)
    {
        var segments = Split(input);
        if (segments.Count < 2)
            return input;
        int one = random.Next(segments.Count), two = random.Next(segments.Count);
        switch (random.Next(4))
        {
            case 0:
                segments.RemoveAt(one);
                break;
            case 1:
                segments.Insert(two, segments[one]);
                break;
            case 2:
                (segments[one], segments[two]) = (segments[two], segments[one]);
                break;
            default:
                segments[one] = [.. segments[one]];
                BinaryPrimitives.WriteUInt16BigEndian(
                    segments[one].AsSpan(2), (ushort)ByteMutations.Telling[random.Next(ByteMutations.Telling.Length)]);
                break;
        }

        return [.. input.AsSpan(0, Before + 2), .. segments.SelectMany(segment => segment)];
    }

    /// <summary>Changes the frame: the size, the number of components, their sampling and tables, or the kind of coding.</summary>
    public static byte[] Frame(byte[] input, IReadOnlyList<byte[]> others, Random random)
    {
        byte[] changed = [.. input];
        for (int at = Before; at + 20 < changed.Length; at++)
        {
            if (changed[at] != 0xFF || changed[at + 1] is not (0xC0 or 0xC1 or 0xC2))
                continue;
            if (random.Next(4) == 0)
                changed[at + 1] = (byte)(0xC0 + random.Next(16));
            else
                changed[at + 4 + random.Next(16)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(0x11 * random.Next(0, 5));
            return changed;
        }

        return input;
    }

    /// <summary>The segments behind the start of the image; the last has all scans.</summary>
    private static List<byte[]> Split(byte[] input)
    {
        var segments = new List<byte[]>();
        int at = Before + 2;
        if (input.Length < at || input[Before] != 0xFF || input[Before + 1] != 0xD8)
            return segments;
        while (at + 4 <= input.Length && input[at] == 0xFF && input[at + 1] != StartOfScan)
        {
            int end = Math.Min(input.Length, at + 2 + BinaryPrimitives.ReadUInt16BigEndian(input.AsSpan(at + 2)));
            if (end < at + 4)
                break;
            segments.Add(input[at..end]);
            at = end;
        }

        if (input.Length - at >= 4)
            segments.Add(input[at..]);
        return segments;
    }
}
