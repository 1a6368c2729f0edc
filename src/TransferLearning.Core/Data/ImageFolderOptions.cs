namespace TransferLearning;

/// <summary>How <see cref="ImageDataset"/> splits images that do not come in splits, and what it checks.</summary>
public sealed record ImageFolderOptions : ICheckedOptions
{
    /// <summary>
    /// The part of the images that goes to validation where no validation folder exists, from 0 to below 1; the same part of every
    /// class. <value>The default is 0.2.</value>
    /// </summary>
    public double ValidationFraction { get; init; } = 0.2;

    /// <summary>
    /// The part of the images that goes to the test split where no test folder exists, from 0 to below 1; the same part of every class.
    /// <value>The default is 0.</value>
    /// </summary>
    public double TestFraction { get; init; }

    /// <summary>Another seed gives another split; the same seed and the same files give the same one everywhere. <value>The default is 0.</value></summary>
    public int Seed { get; init; }

    /// <summary>
    /// Whether files of equal content are looked for, to keep them together in one split and to report those that are in two. Only files
    /// of equal length are read. <value>The default is true.</value>
    /// </summary>
    public bool FindDuplicates { get; init; } = true;

    /// <summary>
    /// Whether the same image saved anew (at another quality, size or in another format) counts as a duplicate too. Every image is
    /// decoded for that, some hundred a second on each thread. <value>The default is false.</value>
    /// </summary>
    public bool FindReencoded { get; init; }

    /// <summary>
    /// Whether the images are to be learned from, which takes two classes or more with two images each. False for images that are only
    /// to be evaluated: then any class with an image will do. <value>The default is true.</value>
    /// </summary>
    public bool ForTraining { get; init; } = true;

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(ValidationFraction is >= 0 and < 1, ValidationFraction, "from 0 to below 1");
        errors.Require(TestFraction is >= 0 and < 1, TestFraction, "from 0 to below 1");
        if (ValidationFraction is > 0 and < 1 && TestFraction is > 0 and < 1)
        {
            double sum = ValidationFraction + TestFraction;
            errors.Require(sum < 1, sum, "below 1, so that images are left to train on", $"{nameof(ValidationFraction)} + {nameof(TestFraction)}");
        }
    }
}
