namespace TransferLearning;

/// <content>Splits a dataset again.</content>
public sealed partial class ImageDataset
{
    /// <summary>
    /// Splits all images again, whatever split they are in: stratified, by seed, with copies of an image and crops of one source image in
    /// the same split.
    /// </summary>
    /// <param name="options">
    /// The fractions, the seed, and which copies stay together (<see cref="ImageFolderOptions.FindDuplicates"/>,
    /// <see cref="ImageFolderOptions.FindReencoded"/>); null for the defaults.
    /// </param>
    /// <param name="cancellationToken">Stops the search for duplicates.</param>
    /// <exception cref="DatasetException">A class has fewer than two images, or a split would have none.</exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public ImageDataset Split(ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = Checked(options);
        var builder = new DatasetBuilder(Name, string.Empty, options with { ClassNamesFile = null },
            new DatasetReading(progress: null, cancellationToken));
        var groups = options.GroupPattern is { } pattern ? new PathPattern(pattern) : null;
        foreach (var (file, image) in Files(All).Zip(All))
            builder.Add(file with { Group = groups?.Find(PatternKey(image)) ?? file.Group }, image.Label, DatasetPart.Train);
        return builder.Build(Classes, splitValidation: true, splitTest: true);
    }

    /// <summary>
    /// Creates the datasets of a k-fold cross-validation from the training and validation images: each fold is the validation split of one
    /// dataset, and the other folds are its training split. All have the same <see cref="Test"/>.
    /// </summary>
    /// <param name="folds">The number of folds, at least 2.</param>
    /// <param name="seed">Another seed gives other folds; the same seed and the same files give the same ones everywhere.</param>
    /// <param name="findDuplicates">Whether files of equal content stay in one fold.</param>
    /// <param name="findReencoded">Whether the same image encoded differently stays in one fold; every image is decoded for that.</param>
    /// <param name="cancellationToken">Stops the search for duplicates.</param>
    /// <returns>One dataset for each fold; the folds have equal class proportions, as far as numbers and groups allow. Crops of one source
    /// image, and images with the same <see cref="LabeledImage.Group"/>, are always in one fold.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 folds.</exception>
    /// <exception cref="DatasetException">A class has fewer different images than there are folds.</exception>
    public IReadOnlyList<ImageDataset> KFold(
        int folds, int seed = 0, bool findDuplicates = true, bool findReencoded = false, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        LabeledImage[] pool = [.. Train, .. Validation];
        var files = Files(pool);
        int[] first = CopyGroups.Find(files, findDuplicates, findReencoded, new DatasetReading(progress: null, cancellationToken)).Together;
        int[] labels = [.. pool.Select(image => image.Label)];
        int[] groups = new int[Classes.Count];
        foreach (int label in ImageGroup.Of(first, labels).SelectMany(group => group.Labels))
            groups[label]++;
        string[] small = [.. Classes.Where((_, label) => groups[label] < folds)];
        if (small.Length > 0)
        {
            throw new DatasetException(
                $"'{Name}' has classes with fewer than {folds} different images: {ClassNames.List(small)}; add images or use fewer folds.");
        }

        int[] assigned = GroupedFolds.Assign(ImageGroup.Shuffle(ImageGroup.Of(first, labels), files, seed), labels, folds);
        return
        [
            .. Enumerable.Range(0, folds).Select(fold => new ImageDataset(
                FormattableString.Invariant($"{Name}, fold {fold + 1} of {folds}"),
                new LabeledImageSet("train", Classes, pool.Where((_, i) => assigned[i] != fold)),
                new LabeledImageSet("validation", Classes, pool.Where((_, i) => assigned[i] == fold)),
                Test)),
        ];
    }

    /// <summary>The path that patterns of groups are applied to: it starts with the class folder where there is one.</summary>
    private string PatternKey(LabeledImage image)
    {
        string path = image.Path.Replace('\\', '/');
        int start = path.LastIndexOf($"/{Classes[image.Label]}/", StringComparison.Ordinal);
        return start >= 0 ? path[(start + 1)..] : $"{Classes[image.Label]}/{System.IO.Path.GetFileName(path)}";
    }

    /// <summary>
    /// The files for the search for duplicates. Class and file name are the key, so that a dataset may move to another folder.
    /// </summary>
    private FoundFile[] Files(IEnumerable<LabeledImage> images) =>
    [
        .. images.Select(image => new FoundFile(
            image.Path,
            $"{Classes[image.Label]}/{System.IO.Path.GetFileName(image.Path)}",
            image.Content?.Length ?? (new FileInfo(image.Path) is { Exists: true } file ? file.Length : -1),
            image.Content) { Group = image.Group }),
    ];
}
