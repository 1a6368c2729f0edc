using System.Buffers.Binary;
using System.IO.Compression;

namespace TransferLearning;

/// <summary>
/// A file in the IDX format, the format of MNIST: two zero bytes, the element type, the number of dimensions, the dimensions as big-endian
/// 32-bit numbers, and the elements. Only unsigned bytes are supported. Gzip compression is recognised by content.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Dimensions">The dimensions: images, rows, columns; or labels.</param>
/// <param name="Data">The elements.</param>
internal sealed record IdxFile(string Path, int[] Dimensions, byte[] Data)
{
    private const byte UnsignedByte = 8;

    /// <summary>The highest compression ratio of deflate; a header that announces more is wrong.</summary>
    private const long MostExpansion = 1032;

    /// <summary>The gzip trailer: checksum and length, four bytes each.</summary>
    private const int TrailerLength = 8;

    /// <summary>The number of bytes before the elements.</summary>
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
            throw new DatasetException($"'{path}' is cut off or damaged: {error.Message.TrimEnd('.')}; download it again.");
        }
    }

    /// <summary>
    /// .NET accepts a gzip file whose trailer is missing. Eight extra bytes take the place of a missing trailer, where they fail its check,
    /// and are ignored behind a complete one.
    /// </summary>
    private static GZipStream Decompress(string path)
    {
        byte[] compressed = File.ReadAllBytes(path);
        int length = compressed.Length;
        Array.Resize(ref compressed, length + TrailerLength);
        compressed.AsSpan(length).Fill(byte.MaxValue);
        return new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
    }

    /// <summary>Reads an uncompressed stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="dimensionCount">The number of dimensions.</param>
    /// <param name="mostLength">The number of bytes that there can be at most.</param>
    /// <exception cref="DatasetException">The stream is not of this kind, or is too short or too long.</exception>
    public static IdxFile Read(Stream stream, string path, int dimensionCount, long mostLength)
    {
        byte[] header = new byte[4 + 4 * dimensionCount];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        byte[] magic = [0, 0, UnsignedByte, (byte)dimensionCount];
        if (read < 4 || !header.AsSpan(0, 4).SequenceEqual(magic))
        {
            string found = Convert.ToHexString(header.AsSpan(0, Math.Min(read, 4)));
            throw new DatasetException(
                $"'{path}' starts with {found} at offset 0 where {Convert.ToHexString(magic)} is expected: " +
                $"an IDX file of unsigned bytes with {dimensionCount} dimensions.");
        }

        if (read < header.Length)
            throw new DatasetException($"'{path}' is cut off at offset {read}: its header has {header.Length} bytes; download it again.");
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
            string announced = FormattableString.Invariant($"{string.Join(" × ", dimensions)} bytes");
            throw new DatasetException(
                $"'{path}' is cut off or damaged: its header at offset 4 announces {announced}, more than the file can contain.");
        }

        byte[] data = new byte[(int)length];
        read = stream.ReadAtLeast(data, data.Length, throwOnEndOfStream: false);
        if (read < data.Length)
        {
            throw new DatasetException(FormattableString.Invariant(
                $"'{path}' is cut off at offset {header.Length + read} of {header.Length + data.Length}; download it again."));
        }

        if (stream.ReadByte() >= 0)
        {
            throw new DatasetException(FormattableString.Invariant(
                $"'{path}' goes on at offset {header.Length + data.Length}, where its end is expected; it is damaged or of another kind."));
        }

        return new IdxFile(path, dimensions, data);
    }
}
