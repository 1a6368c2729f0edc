using System.Globalization;

namespace TransferLearning;

/// <summary>
/// Random forms of every training image, beside the image as it is. The frozen part of a network computes each of them once, and every
/// epoch draws one for each image.
/// </summary>
/// <remarks>
/// The cost: time of the frozen part and memory of the activations grow by <see cref="Count"/>; a step of training costs the same. As many
/// forms as epochs come to augmenting anew in every epoch. Immutable and safe for use from many threads.
/// </remarks>
public sealed record AugmentedViews : ICheckedOptions
{
    /// <summary>The number of random forms of each image, 1 to 100. <value>The default is 3.</value></summary>
    public int Count { get; init; } = 3;

    /// <summary>What changes at random. <value>The default crops, rotates and recolours a little, and mirrors nothing.</value></summary>
    public ImageAugmentation Augmentation { get; init; } = new();

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(Count is >= 1 and <= 100, Count, "1 to 100");
        errors.RequireValid(Augmentation);
    }

    /// <summary>What decides the numbers, the same in every culture.</summary>
    internal string Describe() => string.Create(CultureInfo.InvariantCulture, $"{Count} views, {Augmentation.Describe()}");
}
