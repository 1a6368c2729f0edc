using System.Buffers.Binary;
using System.IO.Compression;

namespace TransferLearning;

/// <summary>
/// A file of the IDX format, in which MNIST and its kin come: two zero bytes, the type of the numbers, the number of dimensions, the
/// dimensions as big-endian 32-bit numbers, and the numbers. Only unsigned bytes are read. A file that is compressed with gzip is known by
/// its content.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Dimensions">The dimensions: images, rows, columns; or labels.</param>
/// <param name="Data">The numbers.</param>
internal sealed record IdxFile(string Path, int[] Dimensions, byte[] Data)
{
    private const byte UnsignedByte = 8;

    /// <summary>A compressed file cannot be larger than this many times its size, so a header that says so is wrong.</summary>
    private const long MostExpansion = 1032;

    /// <summary>A compressed file ends with its checksum and its length, four bytes each.</summary>
    private const int TrailerLength = 8;

    /// <summary>The number of bytes before the numbers.</summary>
    public int HeaderLength => 4 + 4 * Dimensions.Length;

    /// <summary>Reads a file.</summary>
    /// <exception cref="DatasetException">The file is not of this kind, or is too short or too long; the message says where.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IdxFile Read(string path, int dimensionCount)
    {
        using var file = File.OpenRead(path);
        bool compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream stream = compressed ? Decompress(path) : file;
        try
        {
            return Read(stream, path, dimensionCount, compressed ? file.Length * MostExpansion : file.Length);
        }
        catch (InvalidDataException error)
        {
            throw new DatasetException($"'{path}' is cut off or damaged: {error.Message.TrimEnd('.')}; fetch it again.");
        }
    }

    /// <summary>
    /// .NET takes a file whose end is missing for whole. With a few bytes more behind it there is something in place of the missing ones,
    /// which is no length that any array has, and where none is missing they are passed over.
    /// </summary>
    private static GZipStream Decompress(string path)
    {
        byte[] compressed = File.ReadAllBytes(path);
        int length = compressed.Length;
        Array.Resize(ref compressed, length + TrailerLength);
        compressed.AsSpan(length).Fill(byte.MaxValue);
        return new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
    }

    private static IdxFile Read(Stream stream, string path, int dimensionCount, long mostLength)
    {
        byte[] header = new byte[4 + 4 * dimensionCount];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        byte[] magic = [0, 0, UnsignedByte, (byte)dimensionCount];
        if (read < 4 || !header.AsSpan(0, 4).SequenceEqual(magic))
        {
            throw new DatasetException(
                $"'{path}' starts with {Convert.ToHexString(header.AsSpan(0, Math.Min(read, 4)))} at offset 0 where {Convert.ToHexString(magic)} is " +
                $"expected: an IDX file of unsigned bytes with {dimensionCount} dimensions.");
        }

        if (read < header.Length)
            throw new DatasetException($"'{path}' is cut off at offset {read}: its header has {header.Length} bytes; fetch it again.");
        int[] dimensions = new int[dimensionCount];
        UInt128 length = 1;
        for (int i = 0; i < dimensionCount; i++)
        {
            uint dimension = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + 4 * i));
            length *= dimension;
            dimensions[i] = (int)Math.Min(dimension, int.MaxValue);
        }

        if (length > (UInt128)Math.Min(Array.MaxLength, Math.Max(0, mostLength - header.Length)))
        {
            throw new DatasetException(FormattableString.Invariant(
                $"'{path}' is cut off or damaged: its header at offset 4 announces {string.Join(" × ", dimensions)} bytes, more than the file can hold."));
        }

        byte[] data = new byte[(int)length];
        read = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        if (read < data.Length)
        {
            throw new DatasetException(FormattableString.Invariant(
                $"'{path}' is cut off at offset {header.Length + read}: {header.Length + data.Length} bytes are expected; fetch it again."));
        }

        if (stream.ReadByte() >= 0)
        {
            throw new DatasetException(FormattableString.Invariant(
                $"'{path}' goes on at offset {header.Length + data.Length}, where its end is expected; it is damaged or of another kind."));
        }

        return new IdxFile(path, dimensions, data);
    }
}
