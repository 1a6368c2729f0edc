namespace TransferLearning;

/// <summary>
/// Builds a dataset from labelled files: checks that there are enough, splits those that are not split, and reports duplicates.
/// </summary>
/// <param name="name">What messages call the dataset.</param>
/// <param name="path">The folder for which problems of the whole dataset are reported; empty for lists.</param>
/// <param name="options">How to split.</param>
/// <param name="reading">Receives what looks wrong, and stops the work.</param>
internal sealed class DatasetBuilder(string name, string path, ImageFolderOptions options, DatasetReading reading)
{
    private const int FewestClasses = 2;
    private const int FewestImagesOfAClass = 2;

    private readonly List<FoundFile> _files = [];
    private readonly List<int> _labels = [];
    private readonly List<DatasetPart> _parts = [];

    /// <summary>A sentence for the error that there are too few images; null for none.</summary>
    public string? Explanation { get; init; }

    /// <summary>
    /// Adds a file; those of <see cref="DatasetPart.Train"/> may be moved to the parts that <see cref="Build"/> splits off.
    /// </summary>
    public void Add(FoundFile file, int label, DatasetPart part)
    {
        _files.Add(file);
        _labels.Add(label);
        _parts.Add(part);
    }

    /// <summary>Checks, splits and builds.</summary>
    /// <param name="classes">The names of the classes in label order.</param>
    /// <param name="splitValidation">Whether validation is taken from train.</param>
    /// <param name="splitTest">Whether test is taken from train.</param>
    /// <param name="layout">What the folders were taken for; null for other sources.</param>
    /// <exception cref="DatasetException">There are too few classes or images.</exception>
    public ImageDataset Build(IReadOnlyList<string> classes, bool splitValidation, bool splitTest, FolderLayout? layout = null)
    {
        ThrowIfTooFew(classes);
        ThrowIfNoGroups(options.GroupPattern, _files, name, reading.Problems);
        var groups = CopyGroups.Find(_files, options.FindDuplicates, options.FindReencoded, reading);
        ReportSingleGroups(classes, groups.Together);
        Split(splitValidation ? options.ValidationFraction : 0, splitTest ? options.TestFraction : 0, groups.Together);
        if (splitValidation || splitTest)
            ReportLikelySeries();
        ReportDuplicates(classes, groups);
        ReportDivided(
            DatasetProblemKind.DuplicateAcrossSplits, file => file.Content?.SourceImage, "Boxes of", "remove the image from one of them");
        ReportDivided(
            DatasetProblemKind.GroupAcrossSplits, file => file.Group, "Images of the group", "put all of its images into one of them");
        (classes, layout) = ClassNameFile.Apply(classes, layout, options.ClassNamesFile);
        var train = Set(DatasetPart.Train, "train", classes);
        var validation = Set(DatasetPart.Validation, "validation", classes);
        var test = Set(DatasetPart.Test, "test", classes);
        ReportMissingClasses(validation);
        ReportMissingClasses(test);
        return new ImageDataset(name, train, validation, test, reading.Problems) { Layout = layout };
    }

    private void ThrowIfTooFew(IReadOnlyList<string> classes)
    {
        if (!options.ForTraining && _files.Count > 0)
            return;
        if (classes.Count < FewestClasses)
        {
            string found = classes.Count == 0 ? "no class" : $"only the class '{classes[0]}'";
            throw Unusable($"'{name}' has {found}; a classifier needs at least {FewestClasses} classes, each in its own folder");
        }

        var counts = new int[classes.Count];
        for (int i = 0; i < _files.Count; i++)
        {
            if (_parts[i] == DatasetPart.Train)
                counts[_labels[i]]++;
        }

        var small = Enumerable.Range(0, classes.Count).Where(label => counts[label] < FewestImagesOfAClass).ToList();
        if (small.Count > 0)
        {
            string list = string.Join(", ", small.Select(label => $"'{classes[label]}' ({counts[label]})"));
            throw Unusable(FormattableString.Invariant(
                $"'{name}' has classes with fewer than {FewestImagesOfAClass} training images: {list}; add images or remove the class"));
        }
    }

    private DatasetException Unusable(string message)
    {
        string skipped = reading.Problems is [var first, ..]
            ? FormattableString.Invariant(
                $" Files that were left out ({reading.Problems.Count}) may be the cause, for instance: {first.Message}")
            : string.Empty;
        string explanation = Explanation is null ? string.Empty : $" {Explanation}";
        bool hasLinks = reading.Problems.Exists(problem => problem.Kind == DatasetProblemKind.SkippedLink);
        return new DatasetException(
            $"{message}.{skipped}{explanation}",
            reading.Problems,
            hasLinks ? [new DatasetRemedy { Kind = DatasetRemedyKind.FollowLinks }] : []);
    }

    private void Split(double validationFraction, double testFraction, int[] groups)
    {
        if (validationFraction == 0 && testFraction == 0)
            return;
        int[] pool = [.. Enumerable.Range(0, _files.Count).Where(i => _parts[i] == DatasetPart.Train)];
        // The first image of a group may be in a fixed split; within the pool, the first one there represents the group.
        var positions = new Dictionary<int, int>();
        int[] first = [.. pool.Select((file, position) => positions.TryAdd(groups[file], position) ? position : positions[groups[file]])];
        var parts = new StratifiedSplit(validationFraction, testFraction, options.Seed)
            .Assign([.. pool.Select(i => _files[i])], [.. pool.Select(i => _labels[i])], first);
        for (int i = 0; i < pool.Length; i++)
            _parts[pool[i]] = parts[i];
        ThrowIfEmpty(DatasetPart.Validation, validationFraction, nameof(ImageFolderOptions.ValidationFraction));
        ThrowIfEmpty(DatasetPart.Test, testFraction, nameof(ImageFolderOptions.TestFraction));
    }

    private void ThrowIfEmpty(DatasetPart part, double fraction, string option)
    {
        if (fraction > 0 && !_parts.Contains(part))
        {
            throw new DatasetException(
                $"'{name}' has too few different images for a {part} split; add images, or set {option} to 0.", reading.Problems);
        }
    }

    private void ReportDuplicates(IReadOnlyList<string> classes, CopyGroups groups)
    {
        for (int i = 0; i < _files.Count; i++)
        {
            int first = groups.Copies[i];
            string same = _files[i].Path == _files[first].Path ? "is the same file as"
                : groups.Contents[i] == groups.Contents[first] ? "has the same content as"
                : "is the same image, encoded differently, as";
            if (_labels[i] != _labels[first])
            {
                reading.Report(
                    DatasetProblemKind.ConflictingLabels,
                    _files[i].Path,
                    $"'{_files[i].Path}' {same} '{_files[first].Path}', but the former is labelled " +
                    $"'{classes[_labels[i]]}' and the latter '{classes[_labels[first]]}'; remove one of them, or, if both are right, " +
                    $"move the image to a class of its own.");
            }

            if (_parts[i] != _parts[first])
            {
                reading.Report(
                    DatasetProblemKind.DuplicateAcrossSplits,
                    _files[i].Path,
                    $"'{_files[i].Path}' ({_parts[i]}) {same} '{_files[first].Path}' ({_parts[first]}), so results on the former are too " +
                    "optimistic; remove one of them.");
            }
        }
    }

    /// <summary>Reports what must not be in two splits, and is.</summary>
    private void ReportDivided(DatasetProblemKind kind, Func<FoundFile, string?> keyOf, string what, string remedy)
    {
        var partsOfKey = Enumerable.Range(0, _files.Count).Where(i => keyOf(_files[i]) is not null)
            .GroupBy(i => keyOf(_files[i])!, i => _parts[i], StringComparer.Ordinal);
        foreach (var group in partsOfKey)
        {
            DatasetPart[] parts = [.. group.Distinct().Order()];
            if (parts.Length > 1)
            {
                reading.Report(
                    kind,
                    group.Key,
                    $"{what} '{group.Key}' are in the splits {string.Join(" and ", parts)}, so results on the latter are too optimistic; " +
                        $"{remedy}.");
            }
        }
    }

    /// <summary>A random split divides series of similar images, so that results on one part are too optimistic.</summary>
    private void ReportLikelySeries()
    {
        if (options.GroupPattern is not null || !options.ForTraining || _files.Exists(file => file.Group is not null))
            return;
        string[] keys = [.. _files.Select(file => file.Key)];
        var found = SeriesSearch.Find(keys, _labels, i => SimilarImages.Decode(_files[i]), reading.CancellationToken);
        if (found is not null)
            reading.Report(DatasetProblemKind.LikelySeries, path, found.Describe());
    }

    private void ReportSingleGroups(IReadOnlyList<string> classes, int[] groups)
    {
        if (!options.ForTraining || !_files.Exists(file => file.Group is not null))
            return;
        var train = Enumerable.Range(0, _files.Count).Where(i => _parts[i] == DatasetPart.Train)
            .Select(i => (_labels[i], (object)groups[i]));
        if (SingleGroups.Describe(name, classes, train) is { } finding)
            reading.Report(DatasetProblemKind.SingleGroup, path, $"{finding}; {SingleGroups.Remedy}.");
    }

    /// <summary>Throws if a pattern of groups matches no image.</summary>
    /// <exception cref="DatasetException">It does not.</exception>
    public static void ThrowIfNoGroups(
        string? pattern, IReadOnlyCollection<FoundFile> files, string name, IReadOnlyList<DatasetProblem> problems)
    {
        if (pattern is null || files.Count == 0 || files.Any(file => file.Group is not null))
            return;
        throw new DatasetException(
            $"The pattern of groups '{pattern}' matches no image of '{name}', for instance not '{files.First().Key}'; correct it.",
            problems);
    }

    private void ReportMissingClasses(LabeledImageSet set)
    {
        if (set.Count == 0)
            return;
        for (int label = 0; label < set.Classes.Count; label++)
        {
            if (set.ClassCounts[label] == 0)
            {
                reading.Report(
                    DatasetProblemKind.MissingFromSplit,
                    path,
                    $"The {set.Name} split of '{name}' has no image of the class '{set.Classes[label]}', so it cannot measure that class.");
            }
        }
    }

    private LabeledImageSet Set(DatasetPart part, string setName, IReadOnlyList<string> classes) => new(
        setName,
        classes,
        Enumerable.Range(0, _files.Count).Where(i => _parts[i] == part)
            .Select(i => new LabeledImage(_files[i].Path, _labels[i]) { Content = _files[i].Content, Group = _files[i].Group }));
}
