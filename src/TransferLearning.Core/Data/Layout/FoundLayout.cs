namespace TransferLearning;

/// <summary>Collects what the folders of a dataset were taken for, and words it.</summary>
/// <param name="named">The folder that the caller named.</param>
/// <param name="root">The folder that contains splits or classes.</param>
/// <param name="walk">Knows what was passed over.</param>
/// <param name="options">Say which splits are taken from train.</param>
internal sealed class FoundLayout(LayoutFolder named, LayoutFolder root, FolderWalk walk, ImageFolderOptions options)
{
    private const int MostSplits = 8;

    private readonly List<ClassFolder> _folders = [];
    private readonly List<SplitFolder> _splits = [];
    private readonly SortedDictionary<DatasetPart, string> _parents = [];
    private readonly List<LeftOutFolder> _leftOut = [];
    private readonly List<string> _renamed = [];

    /// <summary>The folders that are left out.</summary>
    public IReadOnlyList<LeftOutFolder> LeftOut => _leftOut;

    /// <summary>The class folders, by split and class.</summary>
    public IReadOnlyList<ClassFolder> Folders =>
        [.. _folders.OrderBy(folder => folder.Part).ThenBy(folder => folder.Class, NaturalOrder.Comparer)];

    /// <summary>The names of the selected classes of a split, in natural order.</summary>
    public string[] ClassesOf(DatasetPart part, Func<string, bool> select) =>
    [
        .. _folders.Where(folder => folder.Part == part && select(folder.Class)).Select(folder => folder.Class)
            .Distinct(StringComparer.Ordinal).Order(NaturalOrder.Comparer),
    ];

    /// <summary>The names of all classes, in natural order.</summary>
    public string[] Classes =>
        [.. _folders.Select(folder => folder.Class).Distinct(StringComparer.Ordinal).Order(NaturalOrder.Comparer)];

    /// <summary>The folders of the class folders.</summary>
    public IReadOnlyList<string> Parents => [.. _parents.Values.DefaultIfEmpty(root.Path).Distinct(StringComparer.Ordinal)];

    /// <summary>The folder of a split.</summary>
    public string FolderOf(DatasetPart part) => _parents.TryGetValue(part, out string? folder) ? folder : root.Path;

    /// <summary>The layout of images with the class in their names.</summary>
    public static FoundLayout OfNames(
        FolderWalk walk,
        ImageFolderOptions options,
        IReadOnlyList<(LayoutFolder Folder, DatasetPart Part)> splits,
        IReadOnlyList<LayoutFolder> unlabelled,
        IReadOnlyDictionary<DatasetPart, string[]> classes)
    {
        var root = new LayoutFolder(walk.Root, walk);
        var layout = new FoundLayout(root, root, walk, options);
        foreach (var (folder, part) in splits)
        {
            if (folder.Path != root.Path)
                layout._splits.Add(new SplitFolder { Split = SplitNames.NameOf(part), Folder = folder.Name });
            layout._parents[part] = folder.Path;
            layout._folders.AddRange(classes[part].Select(name => new ClassFolder(folder.Path, name, part)));
        }

        foreach (var folder in unlabelled)
            layout.LeaveOut(folder, "the names of its images contain no class of train");
        return layout;
    }

    /// <summary>Adds a split with its class folders.</summary>
    /// <param name="content">The folder of the class folders.</param>
    /// <param name="part">The split.</param>
    public void Add(LayoutFolder content, DatasetPart part)
    {
        _splits.Add(new SplitFolder { Split = SplitNames.NameOf(part), Folder = FolderWalk.KeyOf(named.Path, content.Path) });
        _parents[part] = content.Path;
        foreach (var child in content.Folders)
        {
            if (child.HasImages)
                _folders.Add(new ClassFolder(child.Path, part == DatasetPart.Train ? child.Name : NameInTrain(child), part));
            else if (part == DatasetPart.Train)
                LeaveOut(child, "it has no images");
        }
    }

    /// <summary>Adds the folder of one class in one split.</summary>
    /// <param name="className">The class.</param>
    /// <param name="split">The folder.</param>
    /// <param name="pattern">What the split folders of all classes are called in the explanation.</param>
    public void Add(string className, LayoutFolder split, string pattern)
    {
        var part = split.Split!.Value.Part;
        if (!_splits.Exists(known => known.Folder == pattern))
            _splits.Add(new SplitFolder { Split = SplitNames.NameOf(part), Folder = pattern });
        _folders.Add(new ClassFolder(split.Path, className, part));
    }

    /// <summary>Adds a class folder without splits.</summary>
    public void AddClass(LayoutFolder folder) => _folders.Add(new ClassFolder(folder.Path, folder.Name, DatasetPart.Train));

    /// <summary>Leaves a folder out.</summary>
    public void LeaveOut(LayoutFolder folder, string reason, bool isUnlabelled = false) => _leftOut.Add(
        new LeftOutFolder { Path = folder.Path, Reason = reason, HasImages = folder.HasImages, IsUnlabelled = isUnlabelled });

    /// <summary>Leaves a split without class folders out.</summary>
    public void LeaveOutUnlabelled(LayoutFolder folder, LayoutFolder content)
    {
        int images = content.Images > 0 ? content.Images : content.Filled.Sum(child => child.Images);
        string reason = FormattableString.Invariant($"its {images} images are in no class folders, so they have no labels");
        LeaveOut(folder, reason, isUnlabelled: true);
    }

    /// <summary>Leaves the subfolders without images out.</summary>
    public void LeaveOutEmpty(LayoutFolder folder)
    {
        foreach (var child in folder.Folders.Where(child => !child.HasImages))
            LeaveOut(child, "it has no images");
    }

    /// <summary>The explanation; after the files were listed, so that it counts everything that was passed over.</summary>
    public FolderLayout Explain()
    {
        string[] classes = Classes;
        string source = options.LabelPattern is { } pattern ? $" from names by '{pattern}'" : "";
        string renamed = _renamed.Count == 0 ? "" : $"; {string.Join(", ", _renamed.Take(MostSplits))}";
        List<string> lines =
            [SplitLine(), FormattableString.Invariant($"Classes: {classes.Length}{source} ({FolderLayout.Some(classes)}){renamed}.")];
        if (LeftOutLine() is { } leftOut)
            lines.Add(leftOut);
        return new FolderLayout
        {
            Root = root.Path,
            Splits = [.. _splits.OrderBy(PartOf)],
            Classes = classes,
            LeftOut = _leftOut,
            Lines = lines,
        };
    }

    /// <summary>
    /// The class of train whose name has the same letters as the folder of another split, which may come from another file system where é
    /// is two code points; else its name.
    /// </summary>
    private string NameInTrain(LayoutFolder folder)
    {
        string[] same =
        [
            .. _folders
                .Where(known => known.Part == DatasetPart.Train && ClassNames.Composed(known.Class) == ClassNames.Composed(folder.Name))
                .Select(known => known.Class),
        ];
        if (same is not [var only] || only == folder.Name)
            return folder.Name;
        _renamed.Add($"'{FolderWalk.KeyOf(named.Path, folder.Path)}' is '{only}'");
        return only;
    }

    private static DatasetPart PartOf(SplitFolder split) => SplitNames.PartOf(split.Split)!.Value;

    private string SplitLine()
    {
        string rest = SplitNames.Taken(
            options,
            part => _splits.Exists(split => split.Split == SplitNames.NameOf(part)),
            _splits.Count == 0 ? "all images" : "train");
        if (_splits.Count == 0)
            return rest.Length == 0 ? "Splits: none." : $"Splits: no split folders; {rest}.";
        string recognised =
            string.Join(", ", _splits.OrderBy(PartOf).Take(MostSplits).Select(split => $"'{split.Folder}' is {split.Split}"));
        if (_splits.Count > MostSplits)
            recognised += FormattableString.Invariant($" and {_splits.Count - MostSplits} more");
        return rest.Length == 0 ? $"Splits: {recognised}." : $"Splits: {recognised}; {rest}.";
    }

    private string? LeftOutLine()
    {
        var parts = _leftOut.GroupBy(folder => folder.Reason, StringComparer.Ordinal)
            .Select(group => $"{FolderLayout.Some([.. group.Select(folder => FolderWalk.KeyOf(named.Path, folder.Path))])} ({group.Key})")
            .ToList();
        parts.AddRange(walk.Passed.Select(passed =>
            FormattableString.Invariant($"{passed.Value} × '{passed.Key}' ({SystemNames.OwnerOf(passed.Key, isFolder: true)})")));
        if (walk.PassedFiles > 0)
            parts.Add(FormattableString.Invariant($"{walk.PassedFiles} hidden files with image names"));
        return parts.Count == 0 ? null : $"Left out: {string.Join("; ", parts)}.";
    }
}
