using System.Buffers.Binary;

namespace TransferLearning.Fuzz;

/// <summary>Changes of a PNG by its chunks, whose check sums are made anew: a decoder looks at nothing whose sum is wrong.</summary>
internal static class PngMutations
{
    private const int Header = 1 + 8;

    /// <summary>Changes the content of a chunk, leaves one out, puts one twice, or swaps two.</summary>
    public static byte[] Chunks(byte[] input, IReadOnlyList<byte[]> others, Random random)
    {
        var chunks = Split(input);
        if (chunks.Count < 2)
            return input;
        int one = random.Next(chunks.Count), two = random.Next(chunks.Count);
        switch (random.Next(5))
        {
            case 0:
                chunks.RemoveAt(one);
                break;
            case 1:
                chunks.Insert(two, chunks[one]);
                break;
            case 2:
                (chunks[one], chunks[two]) = (chunks[two], chunks[one]);
                break;
            default:
                byte[] content = ByteMutations.All[random.Next(ByteMutations.All.Count)](chunks[one][4..], [chunks[two]], random);
                chunks[one] = [.. chunks[one].AsSpan(0, 4), .. content];
                break;
        }

        return [.. input.AsSpan(0, Header), .. chunks.SelectMany(Encode)];
    }

    /// <summary>The chunks, each from its name to the end of its content.</summary>
    private static List<byte[]> Split(byte[] input)
    {
        var chunks = new List<byte[]>();
        if (input.Length < Header || input[1] != 0x89)
            return chunks;
        for (int at = Header; at + 12 <= input.Length;)
        {
            uint length = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(input.AsSpan(at)), (uint)(input.Length - at - 12));
            chunks.Add(input[(at + 4)..(at + 8 + (int)length)]);
            at += 12 + (int)length;
        }

        return chunks;
    }

    private static byte[] Encode(byte[] chunk)
    {
        byte[] encoded = [0, 0, 0, 0, .. chunk, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(encoded, chunk.Length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(encoded.AsSpan(encoded.Length - 4), Crc32(chunk));
        return encoded;
    }

    /// <summary>The check sum of a chunk: CRC-32 of its name and content.</summary>
    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1;
        }

        return ~crc;
    }
}
