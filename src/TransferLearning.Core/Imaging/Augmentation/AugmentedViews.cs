using System.Globalization;

namespace TransferLearning;

/// <summary>
/// Random views of every training image, in addition to the image itself. The frozen part of a network processes each of them once, and
/// every epoch draws one for each image.
/// </summary>
/// <remarks>
/// The time of the frozen part and the memory of its activations grow in proportion to <see cref="Count"/>; a training step costs the same.
/// With as many views as epochs the result is the same as augmenting in every epoch. Immutable and safe for use from many threads.
/// </remarks>
public sealed record AugmentedViews : ICheckedOptions
{
    /// <summary>The number of random views of each image, 1 to 100. <value>The default is 3.</value></summary>
    public int Count { get; init; } = 3;

    /// <summary>The random changes. <value>The default crops, rotates and changes colours slightly, and does not mirror.</value></summary>
    public ImageAugmentation Augmentation { get; init; } = new();

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Count is >= 1 and <= 100, Count, "1 to 100");
        errors.RequireValid(Augmentation);
    }

    /// <summary>The settings as text, the same in every culture.</summary>
    internal string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Count} views, {Augmentation.Describe()}");
}
