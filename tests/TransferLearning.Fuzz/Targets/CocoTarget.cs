using SkiaSharp;

namespace TransferLearning.Fuzz;

/// <summary>Annotations of COCO: boxes on images.</summary>
internal sealed class CocoTarget : DatasetTarget
{
    private static readonly BoxDatasetOptions Options =
        new() { MinimumSide = 2, Splits = new ImageFolderOptions { ValidationFraction = 0.25 } };

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
    [
        .. ByteMutations.All,
        ByteMutations.Words(
            "\"", ",", ":", "[", "]", "{", "}", "null", "-1", "1e308", "0.5", "9223372036854775808",
            "\"bbox\"", "\"iscrowd\":1", "../a.png", "\\", "\0"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        Join(
            """
            {"images":[{"id":1,"file_name":"a.png","width":12,"height":12},
             {"id":2,"file_name":"b.png","width":12,"height":12},{"id":3,"file_name":"c.png"}],
            "categories":[{"id":7,"name":"cat"},{"id":9,"name":"dog"}],
            "annotations":[{"id":1,"image_id":1,"category_id":7,"bbox":[0,0,4,4]},
             {"id":2,"image_id":1,"category_id":9,"bbox":[3.5,2,4.5,6],"iscrowd":0},
            {"id":3,"image_id":2,"category_id":7,"bbox":[1,1,5,5]},{"id":4,"image_id":2,"category_id":9,"bbox":[0,0,8,8]},
            {"id":5,"image_id":3,"category_id":9,"bbox":[2,2,3,3]},{"id":6,"image_id":3,"category_id":7,"bbox":[0,0,2,9],"iscrowd":1}]}
            """u8,
            []),
    ];

    /// <inheritdoc/>
    protected override ImageDataset Read(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        WriteImages();
        return ImageDataset.FromCoco(Write("instances.json", first), Folder, Options);
    }

    private void WriteImages()
    {
        foreach (var (i, name) in new[] { "a.png", "b.png", "c.png" }.Index())
        {
            if (!File.Exists(Path.Combine(Folder, name)))
                Write(name, ImageSeeds.Encode(SKEncodedImageFormat.Png, 100, shade: i));
        }
    }
}
