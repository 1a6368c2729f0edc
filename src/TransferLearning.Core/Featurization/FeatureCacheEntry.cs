using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TransferLearning;

/// <summary>
/// The bytes of one cache file: a mark, the number of features, the hash of the image, the features, and a SHA-256 over all of it. A file
/// that was cut off, changed, put under another name or written by a machine of other byte order does not pass.
/// </summary>
internal static class FeatureCacheEntry
{
    /// <summary>"TLF" and the version of the format.</summary>
    private const uint Mark = 0x31_46_4C_54;

    private const int HeaderLength = 2 * sizeof(int) + ImageHash.Length;

    /// <summary>The number of bytes of an entry.</summary>
    public static int LengthFor(int features) => checked(HeaderLength + features * sizeof(float) + SHA256.HashSizeInBytes);

    /// <summary>Writes an entry of <see cref="LengthFor"/> bytes.</summary>
    public static void Write(ImageHash key, ReadOnlySpan<float> features, Span<byte> entry)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(entry, Mark);
        MemoryMarshal.Write(entry[sizeof(int)..], features.Length);
        key.WriteTo(entry[(2 * sizeof(int))..]);
        MemoryMarshal.AsBytes(features).CopyTo(entry[HeaderLength..]);
        SHA256.HashData(entry[..^SHA256.HashSizeInBytes], entry[^SHA256.HashSizeInBytes..]);
    }

    /// <summary>Reads an entry; false when it is damaged or not the one that is asked for.</summary>
    public static bool TryRead(ReadOnlySpan<byte> entry, ImageHash key, Span<float> features)
    {
        if (entry.Length != LengthFor(features.Length)
            || BinaryPrimitives.ReadUInt32LittleEndian(entry) != Mark
            || MemoryMarshal.Read<int>(entry[sizeof(int)..]) != features.Length)
            return false;
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        key.WriteTo(expected);
        if (!entry.Slice(2 * sizeof(int), ImageHash.Length).SequenceEqual(expected))
            return false;
        SHA256.HashData(entry[..^SHA256.HashSizeInBytes], expected);
        if (!entry[^SHA256.HashSizeInBytes..].SequenceEqual(expected))
            return false;
        MemoryMarshal.Cast<byte, float>(entry[HeaderLength..^SHA256.HashSizeInBytes]).CopyTo(features);
        return true;
    }
}
