using System.Buffers.Binary;
using System.IO.Compression;

namespace TransferLearning.Fuzz;

/// <summary>The two files of a dataset in the IDX format, as they are or compressed.</summary>
internal sealed class IdxTarget : DatasetTarget
{
    private static readonly ImageFolderOptions Options = new() { ValidationFraction = 0.25 };

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
        [.. ByteMutations.All, ByteMutations.Tokens("\0\0\b\u0001", "\0\0\b\u0003", "\u001F\u008B\b")];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds()
    {
        byte[] images = Idx([6, 3, 4], [.. Enumerable.Range(0, 72).Select(i => (byte)(i * 37))]);
        byte[] labels = Idx([6], [0, 1, 0, 1, 1, 0]);
        return [Join(images, labels), Join(Compressed(images), Compressed(labels))];
    }

    /// <inheritdoc/>
    protected override ImageDataset Read(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Write("train-images-idx3-ubyte", first);
        Write("train-labels-idx1-ubyte", second);
        return ImageDataset.FromIdx(Folder, options: Options);
    }

    private static byte[] Idx(int[] dimensions, byte[] data)
    {
        byte[] file = [0, 0, 8, (byte)dimensions.Length, .. new byte[4 * dimensions.Length], .. data];
        foreach (var (i, dimension) in dimensions.Index())
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + (4 * i)), dimension);
        return file;
    }

    private static byte[] Compressed(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var stream = new GZipStream(memory, CompressionLevel.SmallestSize))
            stream.Write(content);
        return memory.ToArray();
    }
}
