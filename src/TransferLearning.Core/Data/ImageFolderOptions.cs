namespace TransferLearning;

/// <summary>How <see cref="ImageDataset"/> splits images, and what it checks.</summary>
public sealed record ImageFolderOptions : ICheckedOptions
{
    /// <summary>A <see cref="LabelPattern"/>: the folder that directly contains the image, as in <c>berlin/cat/17.jpg</c>.</summary>
    public const string LabelByFolder = "([^/]+)/[^/]+$";

    /// <summary>A <see cref="GroupPattern"/>: the subfolder inside the class folder, as in <c>cat/film3/17.jpg</c>.</summary>
    public const string GroupBySubfolder = "^[^/]+/(.+)/[^/]+$";

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

    /// <summary>
    /// How the subfolders of a folder are interpreted. <value>The default is <see cref="FolderInterpretation.Auto"/>.</value>
    /// </summary>
    public FolderInterpretation Interpretation { get; init; }

    /// <summary>
    /// Whether symbolic links to places outside of the folder are followed; those inside always are. A link to a folder that contains it is
    /// never followed. <value>The default is false.</value>
    /// </summary>
    public bool FollowLinks { get; init; }

    /// <summary>
    /// A regular expression that finds the class in the name of an image, for folders without class folders: its first capturing group, or
    /// all that it matches. If it contains a slash it is applied to the path instead, relative to the folder (or its split) with forward
    /// slashes. For instance <c>^[^.]+</c> for <c>cat.17.jpg</c>. <value>The default is null: the class folders are the classes.</value>
    /// </summary>
    public string? LabelPattern { get; init; }

    /// <summary>
    /// A file with the names of classes that are numbers: a text with a name on each line, in the order of the classes or as
    /// <c>class,name</c>, or JSON with a list of names or with the name of each class. <value>The default is null: the classes keep their
    /// numbers; where such a file lies beside them, the layout says so.</value>
    /// </summary>
    public string? ClassNamesFile { get; init; }

    /// <summary>
    /// A regular expression that finds what images belong together, such as a film, a patient or a product: images with the same text are
    /// never in different splits or folds, also if their classes differ. It is applied like <see cref="LabelPattern"/>, to paths that start
    /// with the class folder; <see cref="GroupBySubfolder"/> is an example. An image that it does not match is a group of its own.
    /// <value>The default is null: only copies of an image stay together.</value>
    /// </summary>
    public string? GroupPattern { get; init; }

    void ICheckedOptions.Check(OptionErrors errors)
    {
        errors.Require(ValidationFraction is >= 0 and < 1, ValidationFraction, "from 0 to below 1");
        errors.Require(TestFraction is >= 0 and < 1, TestFraction, "from 0 to below 1");
        errors.RequireDefined(Interpretation);
        if (PathPattern.Fault(LabelPattern) is { } label)
            errors.Add(nameof(LabelPattern), label);
        if (PathPattern.Fault(GroupPattern) is { } group)
            errors.Add(nameof(GroupPattern), group);
        if (ValidationFraction is > 0 and < 1 && TestFraction is > 0 and < 1)
        {
            double sum = ValidationFraction + TestFraction;
            errors.Require(
                sum < 1, sum, "below 1, so that images are left to train on", $"{nameof(ValidationFraction)} + {nameof(TestFraction)}");
        }
    }
}
