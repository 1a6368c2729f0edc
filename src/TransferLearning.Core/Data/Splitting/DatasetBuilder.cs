namespace TransferLearning;

/// <summary>
/// Takes labelled files, wherever they come from, checks that one can learn from them, splits what is not split, and reports duplicates.
/// </summary>
/// <param name="name">What messages call the dataset.</param>
/// <param name="path">The folder that problems of the whole dataset are reported for; empty for lists.</param>
/// <param name="options">How to split.</param>
/// <param name="problems">Where what looks wrong is reported.</param>
internal sealed class DatasetBuilder(string name, string path, ImageFolderOptions options, List<DatasetProblem> problems)
{
    private const int FewestClasses = 2;
    private const int FewestImagesOfAClass = 2;

    private readonly List<FoundFile> _files = [];
    private readonly List<int> _labels = [];
    private readonly List<DatasetPart> _parts = [];

    /// <summary>What else explains that there is too little to learn from, as a sentence; null for nothing.</summary>
    public string? Explanation { get; init; }

    /// <summary>Adds a file; files of <see cref="DatasetPart.Train"/> may be moved to the parts that <see cref="Build"/> is to split off.</summary>
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
    /// <param name="cancellationToken">Stops the search for duplicates.</param>
    /// <exception cref="DatasetException">One cannot learn from these files.</exception>
    public ImageDataset Build(IReadOnlyList<string> classes, bool splitValidation, bool splitTest, CancellationToken cancellationToken)
    {
        ThrowIfTooFew(classes);
        int[] firstOfEach = options.FindDuplicates
            ? DuplicateSearch.FirstOfEach(_files, cancellationToken)
            : [.. Enumerable.Range(0, _files.Count)];
        int[] contents = firstOfEach;
        if (options.FindReencoded)
            firstOfEach = SimilarImages.FirstOfEach(_files, contents, cancellationToken);
        int[] groups = SourceImageGroups.Join(_files, firstOfEach, options.FindDuplicates, cancellationToken);
        Split(splitValidation ? options.ValidationFraction : 0, splitTest ? options.TestFraction : 0, groups);
        ReportDuplicates(classes, firstOfEach, contents);
        ReportSharedImages();
        var train = Set(DatasetPart.Train, "train", classes);
        var validation = Set(DatasetPart.Validation, "validation", classes);
        var test = Set(DatasetPart.Test, "test", classes);
        ReportMissingClasses(validation);
        ReportMissingClasses(test);
        return new ImageDataset(name, train, validation, test, problems);
    }

    private void ThrowIfTooFew(IReadOnlyList<string> classes)
    {
        if (!options.ForTraining && _files.Count > 0)
            return;
        if (classes.Count < FewestClasses)
        {
            string found = classes.Count == 0 ? "no class" : $"only the class '{classes[0]}'";
            throw Unusable($"'{name}' has {found}; a classifier needs at least {FewestClasses} classes, each in a folder of its own");
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
                $"'{name}' has classes with fewer than {FewestImagesOfAClass} images to learn from: {list}; add images or remove the class"));
        }
    }

    private DatasetException Unusable(string message)
    {
        string skipped = problems.Count == 0
            ? string.Empty
            : FormattableString.Invariant($" What was left out ({problems.Count}) may explain it, for instance: {problems[0].Message}");
        string explanation = Explanation is null ? string.Empty : $" {Explanation}";
        return new DatasetException($"{message}.{skipped}{explanation}", problems);
    }

    private void Split(double validationFraction, double testFraction, int[] groups)
    {
        if (validationFraction == 0 && testFraction == 0)
            return;
        int[] pool = [.. Enumerable.Range(0, _files.Count).Where(i => _parts[i] == DatasetPart.Train)];
        // A duplicate may lie in a fixed split before its twin in train; within the pool the first one there stands for the group.
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
                $"'{name}' has too few different images to split any off for {part}; add images or set {option} to 0.", problems);
        }
    }

    private void ReportDuplicates(IReadOnlyList<string> classes, int[] firstOfEach, int[] contents)
    {
        for (int i = 0; i < _files.Count; i++)
        {
            int first = firstOfEach[i];
            string same = contents[i] == contents[first] ? "has the same content as" : "is the same image, saved anew, as";
            if (_labels[i] != _labels[first])
            {
                problems.Add(new DatasetProblem(
                    DatasetProblemKind.ConflictingLabels,
                    _files[i].Path,
                    $"'{_files[i].Path}' {same} '{_files[first].Path}', but the former is labelled '{classes[_labels[i]]}' and the latter " +
                    $"'{classes[_labels[first]]}'; remove one of them."));
            }

            if (_parts[i] != _parts[first])
            {
                problems.Add(new DatasetProblem(
                    DatasetProblemKind.DuplicateAcrossSplits,
                    _files[i].Path,
                    $"'{_files[i].Path}' ({_parts[i]}) {same} '{_files[first].Path}' ({_parts[first]}), so results on the former are too good; " +
                    "remove one of them."));
            }
        }
    }

    private void ReportSharedImages()
    {
        var partsOfImage = Enumerable.Range(0, _files.Count).Where(i => _files[i].Content?.Image is not null)
            .GroupBy(i => _files[i].Content!.Image!, i => _parts[i], StringComparer.Ordinal);
        foreach (var image in partsOfImage)
        {
            DatasetPart[] parts = [.. image.Distinct().Order()];
            if (parts.Length > 1)
            {
                problems.Add(new DatasetProblem(
                    DatasetProblemKind.DuplicateAcrossSplits,
                    image.Key,
                    $"Boxes of '{image.Key}' are in the splits {string.Join(" and ", parts)}, so results on the latter are too good; remove the image from one of them."));
            }
        }
    }

    private void ReportMissingClasses(LabeledImageSet set)
    {
        if (set.Count == 0)
            return;
        for (int label = 0; label < set.Classes.Count; label++)
        {
            if (set.ClassCounts[label] == 0)
            {
                problems.Add(new DatasetProblem(
                    DatasetProblemKind.MissingFromSplit,
                    path,
                    $"The {set.Name} split of '{name}' has no image of the class '{set.Classes[label]}', so it says nothing about that class."));
            }
        }
    }

    private LabeledImageSet Set(DatasetPart part, string setName, IReadOnlyList<string> classes) => new(
        setName,
        classes,
        Enumerable.Range(0, _files.Count).Where(i => _parts[i] == part).Select(i => new LabeledImage(_files[i].Path, _labels[i]) { Content = _files[i].Content }));
}
