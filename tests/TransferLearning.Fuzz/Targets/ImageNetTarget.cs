using SkiaSharp;

namespace TransferLearning.Fuzz;

/// <summary>The annotations of Tiny-ImageNet, and the names of the synsets.</summary>
internal sealed class ImageNetTarget : DatasetTarget
{
    private static readonly string[] Images =
    [
        "train/n01/a.png", "train/n01/b.png", "train/n02/images/c.png", "train/n02/images/d.png", "val/images/v0.png", "val/images/v1.png",
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
        [.. ByteMutations.All, ByteMutations.Words("\t", " ", "\n", "\r", ", ", "\uFEFF", "\0", "n01", "n02", "v0.png", "v1.png")];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        Join("v0.png\tn01\t0\t0\t1\t1\nv1.png\tn02\t0\t0\t1\t1\n"u8, "n01\tcrane, bird\nn02\tcrane\nn03\tfox\n"u8),
        Join("v0.png\tn01\nv1.png\tn01\n\n"u8, "n01 tench, Tinca tinca\nn02 goldfish\n"u8),
    ];

    /// <inheritdoc/>
    protected override ImageDataset Read(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        foreach (var (i, name) in Images.Index())
        {
            if (File.Exists(Path.Combine(Folder, name)))
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, name))!);
            Write(name, ImageSeeds.Encode(SKEncodedImageFormat.Png, 100, shade: i));
        }

        Write("val/val_annotations.txt", first);
        Write("words.txt", second);
        return ImageDataset.FromImageNet(Folder);
    }
}
