namespace TransferLearning;

/// <summary>What a preview of random views shows.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record AugmentationPreviewOptions : ICheckedOptions
{
    /// <summary>The options that are used where none are given.</summary>
    public static AugmentationPreviewOptions Default { get; } = new();

    /// <summary>The number of images, one to a row, 1 to 100; the classes take turns. <value>The default is 6.</value></summary>
    public int Images { get; init; } = 6;

    /// <summary>The seed of the training whose views are shown. <value>The default is 0.</value></summary>
    public int Seed { get; init; }

    void ICheckedOptions.Check(OptionErrors errors) => errors.Require(Images is >= 1 and <= 100, Images, "1 to 100");
}
