namespace TransferLearning;

/// <summary>Pictures with labels in three splits that share their classes.</summary>
/// <remarks>Immutable and safe for use from many threads. Holds paths; pixels only where the pictures are no files of their own (<see cref="FromIdx"/>, <see cref="FromCifar"/>).</remarks>
public sealed partial class ImageDataset
{
    /// <summary>Creates a dataset from sets that are split already.</summary>
    /// <param name="name">What messages and reports call the dataset.</param>
    /// <param name="train">The pictures to learn from.</param>
    /// <param name="validation">The pictures to choose by; null for none.</param>
    /// <param name="test">The pictures to measure on at the end; null for none.</param>
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
                    $"The classes of '{set.Name}' ({ClassNames.List(set.Classes)}) are not those of '{train.Name}' ({ClassNames.List(train.Classes)}); " +
                    "give all sets the same classes in the same order.");
            }
        }

        All = new LabeledImageSet("all", train.Classes, [.. Train, .. Validation, .. Test]);
    }

    /// <summary>What messages and reports call the dataset: the name of its folder.</summary>
    public string Name { get; }

    /// <summary>The names of the classes, in ordinal order when they come from folders or lists; a label is an index into this list.</summary>
    public IReadOnlyList<string> Classes => Train.Classes;

    /// <summary>The pictures to learn from.</summary>
    public LabeledImageSet Train { get; }

    /// <summary>The pictures to choose by: head, epoch, freeze level. May be empty.</summary>
    public LabeledImageSet Validation { get; }

    /// <summary>The pictures to measure on at the end. May be empty.</summary>
    public LabeledImageSet Test { get; }

    /// <summary>The pictures of all splits: train, then validation, then test.</summary>
    public LabeledImageSet All { get; }

    /// <summary>What was left out or looks wrong, in the order in which it was met.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }

    /// <summary>Reads a folder of pictures, one sub-folder for each class.</summary>
    /// <param name="path">
    /// A folder with the split folders <c>train</c>, <c>valid</c> (or <c>validation</c>, <c>val</c>) and <c>test</c>, each with class
    /// folders; or a folder of class folders, which is split by <paramref name="options"/>. Where a validation or test folder is missing,
    /// that part is taken from <c>train</c>. Pictures may lie in further folders inside a class folder.
    /// </param>
    /// <param name="options">How to split; null for the defaults.</param>
    /// <param name="cancellationToken">Stops a long listing.</param>
    /// <returns>The dataset; see its <see cref="Problems"/>.</returns>
    /// <remarks>
    /// Reads names and the first bytes of files, and the whole of files of equal length. Files that are no pictures are left out; names that
    /// start with a dot are passed over. Whether a picture can be decoded to its end shows when it is used.
    /// </remarks>
    /// <exception cref="DatasetException">
    /// There are no class folders, fewer than two classes, a class with fewer than two pictures, a split without pictures or with classes
    /// that train does not have, or class names that differ only in case or Unicode form.
    /// </exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public static ImageDataset FromFolder(string path, ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ImageFolderOptions();
        options.ThrowIfInvalid(nameof(options));
        return new ImageFolderReader(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)), options, cancellationToken).Read();
    }

    /// <summary>Splits pictures whose labels come from a list of your own.</summary>
    /// <param name="images">The files and the names of their classes.</param>
    /// <param name="options">How to split; null for the defaults.</param>
    /// <param name="name">What messages and reports call the dataset.</param>
    /// <param name="cancellationToken">Stops a long check.</param>
    /// <returns>The dataset; files that are missing or no pictures are left out, see its <see cref="Problems"/>.</returns>
    /// <exception cref="DatasetException">
    /// There are fewer than two classes, a class with fewer than two pictures, or class names that differ only in case or Unicode form.
    /// </exception>
    /// <exception cref="ArgumentException">A path or label is empty, or a value of <paramref name="options"/> is out of range.</exception>
    public static ImageDataset FromFiles(
        IEnumerable<(string Path, string Label)> images,
        ImageFolderOptions? options = null,
        string name = "images",
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(name);
        options ??= new ImageFolderOptions();
        options.ThrowIfInvalid(nameof(options));
        return new ImageListReader(name, options, cancellationToken)
            .Read(images.Select(image => new ListedImage(image.Path, image.Label, DatasetPart.Train)));
    }

    /// <summary>For instance <c>pets: 2 classes, 202 train, 103 validation, 0 test pictures</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Name}: {Classes.Count} classes, {Train.Count} train, {Validation.Count} validation, {Test.Count} test pictures");
}
