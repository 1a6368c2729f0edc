using SkiaSharp;

namespace TransferLearning.Fuzz;

/// <summary>A table of images and labels.</summary>
internal sealed class CsvTarget : DatasetTarget
{
    private static readonly CsvDatasetOptions Options = new() { Splits = new ImageFolderOptions { ValidationFraction = 0.25 } };

    private static readonly string[] Images = ["a.png", "b.png", "c.png", "d.png", "e.png"];

    /// <inheritdoc/>
    public override IReadOnlyList<Mutation> Mutations { get; } =
    [
        .. ByteMutations.All,
        ByteMutations.Words("\"", "\"\"", ",", ";", "\t", "|", "\r\n", "\uFEFF", "\0", "path", "label", "a.png", "../", "/", "É", "é"),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Seeds() =>
    [
        [.. "path,label\na.png,cat\nb.png,dog\nc.png,cat\nd.png,dog\ne.png,cat\n"u8],
        [.. "a\tÉmeu\r\nb\tdog\r\nc\tÉmeu\r\nd\tdog\r\n"u8],
        [.. "\"id\";\"breed\";x\n\"a\";\"the \"\"cat\"\"\";1\nb;dog;2\nc;\"the \"\"cat\"\"\";3\nd;dog;4\n"u8],
    ];

    /// <inheritdoc/>
    public override string Run(byte[] input) => base.Run([(byte)input.Length, (byte)(input.Length >> 8), .. input]);

    /// <inheritdoc/>
    protected override ImageDataset Read(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        foreach (var (i, name) in Images.Index())
        {
            if (!File.Exists(Path.Combine(Folder, name)))
                Write(name, ImageSeeds.Encode(SKEncodedImageFormat.Png, 100, shade: i));
        }

        return ImageDataset.FromCsv(Write("table.csv", first), Options);
    }
}
