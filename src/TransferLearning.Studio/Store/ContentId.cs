using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TransferLearning.Studio;

/// <summary>What identifies a content: its SHA-256.</summary>
public readonly record struct ContentId(UInt128 High, UInt128 Low)
{
    /// <summary>The number of bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The beginning, for addresses that change with the content.</summary>
    public string Version => ToString()[..16];

    public static ContentId Of(ReadOnlySpan<byte> content) => Read(SHA256.HashData(content));

    public static ContentId Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), Low);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
