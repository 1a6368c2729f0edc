namespace TransferLearning;

/// <summary>Images with labels in three splits that share their classes.</summary>
/// <remarks>
/// Immutable and safe for use from many threads. Holds paths; pixels only for images that are not files of their own
/// (<see cref="FromIdx"/>, <see cref="FromCifar"/>).
/// </remarks>
public sealed partial class ImageDataset
{
    /// <summary>Creates a dataset from sets that are split already.</summary>
    /// <param name="name">What messages and reports call the dataset.</param>
    /// <param name="train">The training images.</param>
    /// <param name="validation">The validation images; null for none.</param>
    /// <param name="test">The test images; null for none.</param>
    /// <exception cref="DatasetException">The sets do not have the same classes in the same order.</exception>
    public ImageDataset(string name, LabeledImageSet train, LabeledImageSet? validation = null, LabeledImageSet? test = null)
        : this(name, train, validation, test, [])
    {
    }

    internal ImageDataset(
        string name, LabeledImageSet train, LabeledImageSet? validation, LabeledImageSet? test, IReadOnlyList<DatasetProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(train);
        Name = name;
        Train = train;
        Validation = validation ?? new LabeledImageSet("validation", train.Classes, []);
        Test = test ?? new LabeledImageSet("test", train.Classes, []);
        Problems = problems;
        foreach (var set in (LabeledImageSet[])[Validation, Test])
        {
            if (!set.Classes.SequenceEqual(train.Classes, StringComparer.Ordinal))
            {
                throw new DatasetException(
                    $"The classes of '{set.Name}' ({ClassNames.List(set.Classes)}) are not those of '{train.Name}' " +
                    $"({ClassNames.List(train.Classes)}); give all sets the same classes in the same order.");
            }
        }

        All = new LabeledImageSet("all", train.Classes, [.. Train, .. Validation, .. Test]);
    }

    /// <summary>What messages and reports call the dataset: the name of its folder.</summary>
    public string Name { get; }

    /// <summary>
    /// The names of the classes, in natural order (2 before 10) when they come from folders or lists; a label is an index into this list.
    /// </summary>
    public IReadOnlyList<string> Classes => Train.Classes;

    /// <summary>The training images.</summary>
    public LabeledImageSet Train { get; }

    /// <summary>The validation images, which decide about head, epoch and freeze point. May be empty.</summary>
    public LabeledImageSet Validation { get; }

    /// <summary>The test images, for the final measurement. May be empty.</summary>
    public LabeledImageSet Test { get; }

    /// <summary>The images of all splits: train, then validation, then test.</summary>
    public LabeledImageSet All { get; }

    /// <summary>What was left out or looks wrong, in the order in which it was found.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }

    /// <summary>What the folders were taken for, and why; null for a dataset that does not come from a folder.</summary>
    public FolderLayout? Layout { get; init; }

    /// <summary>For instance <c>pets: 2 classes, 202 train, 103 validation, 0 test images</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Name}: {Classes.Count} classes, {Train.Count} train, {Validation.Count} validation, {Test.Count} test images");
}
