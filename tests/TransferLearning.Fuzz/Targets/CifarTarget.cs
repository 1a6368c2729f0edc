namespace TransferLearning.Fuzz;

/// <summary>
/// A dataset in the binary format of CIFAR. The first file is that of the class names, its first byte the variant; in the second, a byte
/// represents sixteen bytes of the records, so that an input of some hundred bytes is a complete file.
/// </summary>
internal sealed class CifarTarget : DatasetTarget
{
    private const int Repeats = 16;

    private static readonly ImageFolderOptions Options = new() { ValidationFraction = 0.25 };

    private readonly string[] _files =
        ["data_batch_1.bin", "batches.meta.txt", "train.bin", "fine_label_names.txt", "coarse_label_names.txt"];

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
        [.. ByteMutations.All, ByteMutations.Words("\n", "\n\n", "\r\n", "É", "é")];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds()
    {
        (int Variant, int Labels)[] seeds = [(0, 1), (1, 2), (2, 2)];
        return [.. seeds.Select(seed => Join([(byte)seed.Variant, .. "cat\ndog\nÉmeu\n"u8], Records(seed.Labels)))];
    }

    /// <inheritdoc/>
    protected override ImageDataset Read(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        foreach (string file in _files)
            File.Delete(Path.Combine(Folder, file));
        int variant = first.IsEmpty ? 0 : first[0] % 3;
        byte[] records = Expand(second);
        Write(variant == 0 ? "data_batch_1.bin" : "train.bin", records);
        if (first.Length > 1)
            Write(variant == 0 ? "batches.meta.txt" : variant == 1 ? "fine_label_names.txt" : "coarse_label_names.txt", first[1..]);
        return ImageDataset.FromCifar(Folder, Options, coarseLabels: variant == 2);
    }

    /// <summary>Records of the given number of label bytes, whose pixels are shrunk.</summary>
    private static byte[] Records(int labels)
    {
        byte[] shrunk = new byte[6 * (labels + (3072 / Repeats))];
        for (int i = 0; i < shrunk.Length; i++)
        {
            int at = i % (labels + (3072 / Repeats));
            shrunk[i] = (byte)(at < labels ? i / (labels + (3072 / Repeats)) % 3 : i * 31);
        }

        return [(byte)labels, .. shrunk];
    }

    /// <summary>The opposite: the first byte says how many bytes of a record are labels, which are not repeated.</summary>
    private static byte[] Expand(ReadOnlySpan<byte> shrunk)
    {
        var records = new List<byte>();
        if (shrunk.IsEmpty)
            return [];
        int labels = shrunk[0] % 4;
        for (int i = 1; i < shrunk.Length; i++)
        {
            bool isLabel = (i - 1) % (labels + (3072 / Repeats)) < labels;
            records.AddRange(Enumerable.Repeat(shrunk[i], isLabel ? 1 : Repeats));
        }

        return [.. records];
    }
}
