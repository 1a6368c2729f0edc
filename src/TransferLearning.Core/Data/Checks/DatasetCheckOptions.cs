namespace TransferLearning;

/// <summary>The thresholds of <see cref="DatasetDoctor"/>, and the number of its threads.</summary>
public sealed record DatasetCheckOptions : ICheckedOptions
{
    /// <summary>Whether to find the same image encoded differently. <value>The default is true.</value></summary>
    public bool FindReencoded { get; init; } = true;

    /// <summary>An image whose shorter side has fewer pixels counts as tiny. <value>The default is 32; at least 1.</value></summary>
    public int TinySide { get; init; } = 32;

    /// <summary>
    /// An image whose longer side is more than this many times the shorter one has an extreme aspect ratio: a centre crop loses most of it.
    /// <value>The default is 4; at least 1.</value>
    /// </summary>
    public double ExtremeAspect { get; init; } = 4;

    /// <summary>
    /// Classes count as imbalanced when the largest has more than this many times the training images of the smallest. <value>The default
    /// is 10; at least 1.</value>
    /// </summary>
    public double Imbalance { get; init; } = 10;

    /// <summary>A class with fewer training images is reported. <value>The default is 10; at least 2.</value></summary>
    public int FewImages { get; init; } = 10;

    /// <summary>How many images are decoded at once. <value>The default is the number of processors; at least 1.</value></summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// How a folder is interpreted and split afterwards: as <see cref="ImageDataset.FromFolder"/> would read it. <value>The default is that
    /// of
    /// <see cref="ImageFolderOptions"/>.</value>
    /// </summary>
    public ImageFolderOptions Folder { get; init; } = new();

    /// <summary>The limits of decoding. <value>The default is <see cref="ImageDecodeOptions.Default"/>.</value></summary>
    public ImageDecodeOptions Decoding { get; init; } = ImageDecodeOptions.Default;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(TinySide >= 1, TinySide, "1 or more");
        errors.Require(ExtremeAspect >= 1, ExtremeAspect, "1 or more");
        errors.Require(Imbalance >= 1, Imbalance, "1 or more");
        errors.Require(FewImages >= 2, FewImages, "2 or more");
        errors.Require(Threads >= 1, Threads, "1 or more");
        errors.RequireValid(Decoding);
        errors.RequireValid(Folder);
    }
}
