using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning;

/// <summary>The SHA-256 of the content of an image file.</summary>
internal readonly record struct ImageHash(UInt128 High, UInt128 Low)
{
    /// <summary>The number of bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The hash of a content.</summary>
    public static ImageHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(content, hash);
        return new ImageHash(BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    /// <summary>The hash of something that is derived from the image, for instance a crop or a view.</summary>
    public ImageHash With(string derivation)
    {
        byte[] content = new byte[Length + Encoding.UTF8.GetByteCount(derivation)];
        WriteTo(content);
        Encoding.UTF8.GetBytes(derivation, content.AsSpan(Length));
        return Of(content);
    }

    /// <summary>Writes the <see cref="Length"/> bytes.</summary>
    public void WriteTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, High);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], Low);
    }

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> hash = stackalloc byte[Length];
        WriteTo(hash);
        return Convert.ToHexStringLower(hash);
    }
}
