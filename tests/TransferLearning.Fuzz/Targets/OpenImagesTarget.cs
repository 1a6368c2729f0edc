using SkiaSharp;

namespace TransferLearning.Fuzz;

/// <summary>Tables of Open Images: boxes on images, and the names of the classes.</summary>
internal sealed class OpenImagesTarget : DatasetTarget
{
    private static readonly BoxDatasetOptions Options =
        new() { MinimumSide = 2, Splits = new ImageFolderOptions { ValidationFraction = 0.25 } };

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
        [
            .. ByteMutations.All,
            ByteMutations.Words("\"", ",", "\n", "/m/1", "/m/2", "0.5", "-1", "1e308", "NaN", "IsGroupOf", "XMin", "\uFEFF", "\0", "../a"),
        ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        Join(
            """
            ImageID,LabelName,XMin,XMax,YMin,YMax,IsGroupOf
            a,/m/1,0,0.5,0,0.5,0
            a,/m/2,0.5,1,0,1,0
            b,/m/1,0,1,0,1,0
            b,/m/2,0.25,0.75,0,1,0
            c,/m/2,0,1,0,1,1

            """u8,
            "/m/1,Cat\n/m/2,\"Dog, hound\"\n"u8),
    ];

    /// <inheritdoc/>
    protected override ImageDataset Read(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        foreach (var (i, name) in new[] { "a.jpg", "b.jpg", "c.jpg" }.Index())
        {
            if (!File.Exists(Path.Combine(Folder, name)))
                Write(name, ImageSeeds.Encode(SKEncodedImageFormat.Jpeg, 90, shade: i));
        }

        return ImageDataset.FromOpenImages(Write("boxes.csv", first), Write("classes.csv", second), Folder, Options);
    }
}
