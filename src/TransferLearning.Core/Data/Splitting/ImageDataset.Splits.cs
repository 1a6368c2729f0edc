namespace TransferLearning;

/// <content>Splitting a dataset anew.</content>
public sealed partial class ImageDataset
{
    /// <summary>Splits all images anew, whatever split they are in: stratified, by seed, with copies of an image, and boxes of an image, in one split.</summary>
    /// <param name="options">
    /// The parts, the seed, and which copies stay together (<see cref="ImageFolderOptions.FindDuplicates"/>,
    /// <see cref="ImageFolderOptions.FindReencoded"/>); null for the defaults.
    /// </param>
    /// <param name="cancellationToken">Stops the search for duplicates.</param>
    /// <exception cref="DatasetException">A class has fewer than two images, or a part would have none.</exception>
    /// <exception cref="ArgumentException">A value of <paramref name="options"/> is out of range.</exception>
    public ImageDataset Split(ImageFolderOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = Checked(options);
        var builder = new DatasetBuilder(Name, string.Empty, options, []);
        foreach (var (file, image) in Files(All).Zip(All))
            builder.Add(file, image.Label, DatasetPart.Train);
        return builder.Build(Classes, splitValidation: true, splitTest: true, cancellationToken);
    }

    /// <summary>
    /// Deals the training and validation images into folds: each fold is the validation split of one dataset, and the others are its
    /// training split. <see cref="Test"/> stays as it is in all of them.
    /// </summary>
    /// <param name="folds">The number of folds, at least 2.</param>
    /// <param name="seed">Another seed gives other folds; the same seed and the same files give the same ones everywhere.</param>
    /// <param name="grouping">Which images stay together in one fold.</param>
    /// <param name="cancellationToken">Stops the search for duplicates.</param>
    /// <returns>As many datasets as folds; each fold has the same share of each class, as far as the numbers and the groups allow.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 folds.</exception>
    /// <exception cref="DatasetException">A class has fewer different images than there are folds.</exception>
    public IReadOnlyList<ImageDataset> KFold(
        int folds, int seed = 0, DuplicateGrouping grouping = DuplicateGrouping.SameContent, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        LabeledImage[] pool = [.. Train, .. Validation];
        var files = Files(pool);
        int[] first = [.. Enumerable.Range(0, pool.Length)];
        if (grouping != DuplicateGrouping.None)
            first = DuplicateSearch.FirstOfEach(files, cancellationToken);
        if (grouping == DuplicateGrouping.SameImage)
            first = SimilarImages.FirstOfEach(files, first, cancellationToken);
        first = SourceImageGroups.Join(files, first, findCopies: grouping != DuplicateGrouping.None, cancellationToken);
        int[] labels = [.. pool.Select(image => image.Label)];
        int[] groups = new int[Classes.Count];
        foreach (int label in ImageGroup.Of(first, labels).SelectMany(group => group.Labels))
            groups[label]++;
        string[] small = [.. Classes.Where((_, label) => groups[label] < folds)];
        if (small.Length > 0)
            throw new DatasetException($"'{Name}' has classes with fewer than {folds} different images: {ClassNames.List(small)}; add images or take fewer folds.");

        int[] assigned = GroupedFolds.Assign(files, labels, first, folds, seed);
        return
        [
            .. Enumerable.Range(0, folds).Select(fold => new ImageDataset(
                FormattableString.Invariant($"{Name}, fold {fold + 1} of {folds}"),
                new LabeledImageSet("train", Classes, pool.Where((_, i) => assigned[i] != fold)),
                new LabeledImageSet("validation", Classes, pool.Where((_, i) => assigned[i] == fold)),
                Test)),
        ];
    }

    /// <summary>The files as the duplicate search needs them. Class and file name make the key, so that a dataset may move to another folder.</summary>
    private FoundFile[] Files(IEnumerable<LabeledImage> images) =>
    [
        .. images.Select(image => new FoundFile(
            image.Path,
            $"{Classes[image.Label]}/{System.IO.Path.GetFileName(image.Path)}",
            image.Content?.Length ?? (new FileInfo(image.Path) is { Exists: true } file ? file.Length : -1),
            image.Content)),
    ];
}
