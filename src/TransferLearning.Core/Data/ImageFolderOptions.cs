namespace TransferLearning;

/// <summary>How <see cref="ImageDataset"/> splits images, and what it checks.</summary>
public sealed record ImageFolderOptions : ICheckedOptions
{
    /// <summary>
    /// The fraction of the images that is used for validation when there is no validation folder, from 0 to below 1; the same fraction of
    /// every class. <value>The default is 0.2.</value>
    /// </summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>
    /// The fraction of the images that is used for test when there is no test folder, from 0 to below 1; the same fraction of every class.
    /// <value>The default is 0.</value>
    /// </summary>
    public double TestFraction { get; init; }

    /// <summary>
    /// The seed of the split: the same seed and files give the same split on every machine. <value>The default is 0.</value>
    /// </summary>
    public int Seed { get; init; }

    /// <summary>
    /// Whether to find files of equal content, to keep them in one split and to report those that are in two. Only files of equal length
    /// are read. <value>The default is true.</value>
    /// </summary>
    public bool FindDuplicates { get; init; } = true;

    /// <summary>
    /// Whether the same image encoded differently (with another quality, size or format) counts as a duplicate too. Every image is decoded
    /// for that, a few hundred per second and thread. <value>The default is false.</value>
    /// </summary>
    public bool FindReencoded { get; init; }

    /// <summary>
    /// Whether the images are for training, which requires at least two classes with two images each. False for images that are only used
    /// for evaluation: then one image suffices. <value>The default is true.</value>
    /// </summary>
    public bool ForTraining { get; init; } = true;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(ValidationFraction is >= 0 and < 1, ValidationFraction, "from 0 to below 1");
        errors.Require(TestFraction is >= 0 and < 1, TestFraction, "from 0 to below 1");
        if (ValidationFraction is > 0 and < 1 && TestFraction is > 0 and < 1)
        {
            double sum = ValidationFraction + TestFraction;
            errors.Require(
                sum < 1, sum, "below 1, so that images are left to train on", $"{nameof(ValidationFraction)} + {nameof(TestFraction)}");
        }
    }
}
