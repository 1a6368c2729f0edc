using System.Buffers.Binary;
using System.Numerics;

namespace TransferLearning;

/// <summary>
/// A compact set of contents of files (a Bloom filter): says of a content whether it was added, with one wrong "yes" in ten thousand and no
/// wrong "no". It takes two and a half bytes for each content and does not reveal them.
/// </summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
internal sealed class ContentFilter
{
    /// <summary>Bits for each content, and bits that are set for each: the best number for one wrong answer in ten thousand.</summary>
    private const int BitsPerContent = 20;

    private const int BitsSet = 14;
    private const int HeaderLength = sizeof(int);

    private readonly byte[] _bytes;

    private ContentFilter(byte[] bytes) => _bytes = bytes;

    /// <summary>The number of contents.</summary>
    public int Count => BinaryPrimitives.ReadInt32LittleEndian(_bytes);

    private uint BitCount => (uint)(_bytes.Length - HeaderLength) * 8;

    /// <summary>The filter of some contents.</summary>
    public static ContentFilter Of(IReadOnlyCollection<ImageHash> contents)
    {
        long bits = Math.Max(8L, (long)contents.Count * BitsPerContent);
        var filter = new ContentFilter(new byte[HeaderLength + ((bits + 7) / 8)]);
        BinaryPrimitives.WriteInt32LittleEndian(filter._bytes, contents.Count);
        foreach (var hash in contents)
        {
            for (int i = 0; i < BitsSet; i++)
            {
                uint bit = filter.Bit(hash, i);
                filter._bytes[HeaderLength + (bit >> 3)] |= (byte)(1 << (int)(bit & 7));
            }
        }

        return filter;
    }

    /// <summary>Reads the text that <see cref="ToString"/> wrote; null if it is malformed.</summary>
    public static ContentFilter? Parse(string? text)
    {
        byte[] bytes = new byte[((text?.Length ?? 0) * 3 / 4) + 3];
        return text is not null && Convert.TryFromBase64String(text, bytes, out int length) && length > HeaderLength
            ? new ContentFilter(bytes[..length])
            : null;
    }

    /// <summary>Whether a content was added.</summary>
    public bool Contains(ImageHash hash)
    {
        for (int i = 0; i < BitsSet; i++)
        {
            uint bit = Bit(hash, i);
            if ((_bytes[HeaderLength + (bit >> 3)] & (1 << (int)(bit & 7))) == 0)
                return false;
        }

        return true;
    }

    /// <summary>The filter as Base64.</summary>
    public override string ToString() => Convert.ToBase64String(_bytes);

    /// <summary>Two halves of the hash make as many independent bits as are needed (Kirsch and Mitzenmacher 2006).</summary>
    private uint Bit(ImageHash hash, int i)
    {
        ulong sum = (ulong)hash.High + ((ulong)i * ((ulong)hash.Low | 1));
        return (uint)Math.BigMul(BitOperations.RotateLeft(sum * 0x9E3779B97F4A7C15, 31), (ulong)BitCount, out _);
    }
}
